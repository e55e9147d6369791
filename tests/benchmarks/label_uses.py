"""What 20 labels are worth without a search of tasks: as weights of shipped tasks and one-batch scores.

Letters: S panels, A architectures.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from evo.display.text_table import Table, short
from fitness.consensus.joined import joined
from fitness.consensus.positions import Positions, is_constant
from fitness.consensus.weights import DEFAULT, EQUAL, base_weights
from tests.benchmarks.panel_statistics import Array, spearman
from tests.benchmarks.panel_trials import PanelTrials
from tests.benchmarks.task_sets import weighed

CHOSEN = "the best of these on the panel"
HEADER = ("members", "equal weights", "default weights", "weights from the panel's labels")


def using(trials: PanelTrials, *, weighted: int) -> Table:
    """Return rho among the others of each score, of pairs of a task and another score, and of all together."""
    known = scores_of(trials)
    tasks = [name for name in trials.pool.published if name in known]
    others = [name for name in known if name not in tasks]
    groups = [[name] for name in known] + [list(pair) for pair in product(tasks, others)] + [tasks, others, list(known)]
    rows = [_row(trials, {name: known[name] for name in group}, weighted) for group in groups if group]
    rows.append((CHOSEN, "", "", short(float(np.mean(_chosen(trials, known, weighted))))))
    title = f"Mean rho among the others without a search, {min(weighted, len(trials.panels))} panels"
    return Table(title, HEADER, tuple(dict.fromkeys(rows)))


def scores_of(trials: PanelTrials) -> dict[str, Array]:
    """Return what tells architectures apart without a search, [A] by name: shipped tasks, sizes, one-batch scores."""
    tasks = {name: scores[0] for name, scores in trials.pool.published.items()}
    return {name: values for name, values in {**tasks, **trials.pool.others}.items() if not is_constant(values)}


def _row(trials: PanelTrials, members: Mapping[str, Array], weighted: int) -> tuple[str, ...]:
    name, sizes = " + ".join(members), trials.pool.sizes
    if len(members) == 1:
        (only,) = members.values()
        rho = _mean_rho(trials, [only] * weighted)
        return (name, rho, rho, rho)
    logs = {each: Positions.among(values).log_of(values) for each, values in members.items()}
    free = [joined(logs, base_weights(rule, members, sizes)) for rule in (EQUAL, DEFAULT)]
    panels = trials.panels.members[:weighted]
    learnt = [weighed(members, rows, trials.label[rows], sizes) for rows in panels]
    return (name, *(_mean_rho(trials, [one] * weighted) for one in free), _mean_rho(trials, learnt))


def _mean_rho(trials: PanelTrials, scores: Sequence[Array]) -> str:
    pairs = zip(scores, trials.panels.others, strict=False)
    return short(float(np.mean([spearman(one[rest], trials.label[rest]) for one, rest in pairs])))


def _chosen(trials: PanelTrials, known: Mapping[str, Array], weighted: int) -> list[float]:
    """Return what the score of the highest rho on each panel reaches among the others."""
    scores = np.stack(list(known.values()))
    best = spearman(trials.panels.on_members(scores), trials.member_labels).argmax(-1)[:weighted]
    pairs = zip(best, trials.panels.others, strict=False)
    return [float(spearman(scores[one, rest], trials.label[rest])) for one, rest in pairs]
