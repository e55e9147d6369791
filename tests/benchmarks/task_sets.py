"""What sets of tasks reach: the best K of a panel joined, alone and with scores that need no task.

Joined is the mean of the logarithms of ranks, as ``consensus`` joins. Letters: S panels, T tasks, K of a set, P
members, A architectures.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from evo.display.text_table import Table, short
from fitness.consensus.joined import joined
from fitness.consensus.panel_weights import panel_weights
from fitness.consensus.positions import Positions, is_constant
from fitness.consensus.weights import DEFAULT, base_weights
from tests.benchmarks.panel_statistics import Array, spearman
from tests.benchmarks.panel_trials import PLAIN, PanelTrials, ranked

Rows = NDArray[np.intp]
SET = "set"
COUNTS = (1, 2, 3, 5, 10)


def joining(trials: PanelTrials, tasks: int, *, weighted: int, what: str = "tasks") -> Table:
    """Return rho among the others of sets of the best K of the first ``tasks`` of each panel.

    weighted: panels whose labels weigh a set and the scores beside it; the rows without weights are of the same ones
    what: the tasks are called
    """
    counts = [count for count in COUNTS if count <= tasks]
    rows = [
        (name, *(short(float(np.mean(one))) for one in each)) for name, each in _sets(trials, tasks, counts, weighted)
    ]
    title = (
        f"Mean rho among the others of sets of the best of {tasks} {what}, {min(weighted, len(trials.panels))} panels"
    )
    return Table(title, ("joined", *(f"K = {count}" for count in counts)), tuple(rows))


def log_positions(scores: Array) -> Array:
    """Return the logarithms of ranks / (A + 1) of scores [..., A]."""
    logs: Array = np.log(rankdata(scores, axis=-1) / (scores.shape[-1] + 1))
    return logs


def join_first(logs: Array, order: Rows, counts: Sequence[int]) -> Array:
    """Return the mean of logarithms [T, A] over the first K tasks of an order [T], for each K: [len(counts), A]."""
    sums = np.cumsum(logs[order[: max(counts)]], axis=0)
    return np.stack([sums[count - 1] / count for count in counts])


def greedy(logs: Array, labels: Array, most: int) -> Rows:
    """Return the tasks of a set that grows while rho on the panel does, one after the other, ``most`` of them at most.

    logs: [T, P]; labels: [P]. The same task is taken once.
    """
    chosen: list[int] = []
    reached = -np.inf
    while len(chosen) < most:
        gains = spearman(logs[chosen].sum(0) + logs, labels)
        gains[chosen] = -np.inf
        best = int(np.argmax(gains))
        if gains[best] <= reached:
            break
        chosen.append(best)
        reached = gains[best]
    return np.array(chosen)


def weighed(scores: Mapping[str, Array], members: Rows, labels: Array, sizes: Mapping[str, Array]) -> Array:
    """Return scores [A] joined by the weights that the members' labels [P] call for, as in ``consensus``."""
    live = {name: values for name, values in scores.items() if not is_constant(values)}
    logs = {name: Positions.among(values).log_of(values) for name, values in live.items()}
    on_panel = {name: values[members] for name, values in logs.items()}
    return joined(logs, panel_weights(on_panel, labels, base_weights(DEFAULT, live, sizes)))


def _sets(
    trials: PanelTrials, tasks: int, counts: Sequence[int], weighted: int
) -> Iterator[tuple[str, list[list[float]]]]:
    logs = log_positions(trials.pool.scores[:, 0])
    panels, label = trials.panels, trials.label
    best = ranked(trials.statistics[PLAIN], panels.order[:, :tasks])[:weighted]
    sets = [join_first(logs, order, counts) for order in best]
    others = panels.others[: len(sets)]
    yield f"best K by {PLAIN}", _rho(sets, label, others)
    yield (
        "any K tasks",
        _rho([join_first(logs, order[:tasks], counts) for order in panels.order[: len(sets)]], label, others),
    )
    yield (
        "grown one by one, up to K",
        _rho(list(_grown(trials, logs, counts, panels.order[: len(sets), :tasks])), label, others),
    )
    everything = [join_first(logs, order[:tasks], [tasks] * len(counts)) for order in panels.order[: len(sets)]]
    yield f"all {tasks}", _rho(everything, label, others)
    for name, beside in _companions(trials):
        yield f"best K and {name}, weighed", _rho(list(_weighed(trials, sets, beside)), label, others)


def _companions(trials: PanelTrials) -> Iterator[tuple[str, Mapping[str, Array]]]:
    known = {name: values for name, values in trials.pool.others.items() if not is_constant(values)}
    shipped = {name: scores[0] for name, scores in trials.pool.published.items() if not is_constant(scores[0])}
    for name, values in {**shipped, **known}.items():
        yield name, {name: values}
    yield "all that need no task", known


def _weighed(trials: PanelTrials, sets: Sequence[Array], beside: Mapping[str, Array]) -> Iterator[Array]:
    for each, members in zip(sets, trials.panels.members, strict=False):
        labels = trials.label[members]
        yield np.stack([weighed({SET: one, **beside}, members, labels, trials.pool.sizes) for one in each])


def _grown(trials: PanelTrials, logs: Array, counts: Sequence[int], tried: Rows) -> Iterator[Array]:
    for order, members in zip(tried, trials.panels.members, strict=False):
        on_panel = np.log(rankdata(trials.pool.scores[order, 0][:, members], axis=-1))
        chosen = order[greedy(on_panel, trials.label[members], max(counts))]
        yield join_first(logs, chosen, [min(count, len(chosen)) for count in counts])


def _rho(sets: Sequence[Array], label: Array, others: Rows) -> list[list[float]]:
    """Return rho among the others of each panel's sets, by K."""
    found = np.stack([spearman(each[:, rest], label[rest]) for each, rest in zip(sets, others, strict=True)])
    columns: list[list[float]] = found.T.tolist()
    return columns
