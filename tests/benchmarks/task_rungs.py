"""What a rung drops wrongly: tasks that are given up after few steps and would have passed the threshold.

Pools hold no short trainings: the scores of a rung are final ones with an error, so that they agree with the final ones
as far as is said. Letters: S panels, T tasks, P members, A architectures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from evo.display.text_table import Table, short
from tests.benchmarks.panel_statistics import Array, spearman
from tests.benchmarks.panel_trials import PLAIN, PanelTrials, best_of

MARGINS = (0.0, 0.1, 0.2, 0.3, 0.5)
AGREEMENTS = (0.5, 0.7, 0.9)
TOURNAMENTS = ((10, 50), (4, 12))
"""Members that meet, of how many that live: evolution's own, and those of short searches."""
COST = 0.1
"""Of a rung, in trainings: 10 of 100 steps."""


@dataclass(frozen=True)
class Dropped:
    """What a rule does to the tasks of all panels: shares, and rho among the others that the choice loses."""

    dropped: float
    wrongly: float
    saved: float
    lost: float


def early_scores(scores: Array, agreement: float, rng: np.random.Generator) -> Array:
    """Return scores [..., A] that correlate by ``agreement`` with the normal quantiles of scores [..., A]."""
    final = ndtri(rankdata(scores, axis=-1) / (scores.shape[-1] + 1))
    early: Array = agreement * final + np.sqrt(1 - agreement**2) * final.std() * rng.standard_normal(scores.shape)
    return early


def drop(trials: PanelTrials, early: Array, tasks: int, *, quantile: float, margin: float) -> Dropped:
    """Return what dropping tasks whose rho at the rung [S, T] is below the threshold less ``margin`` does.

    The threshold is the quantile of the final rho of the tasks tried on the panel.
    """
    tried = trials.panels.order[:, :tasks]
    final, rung = (np.take_along_axis(each, tried, 1) for each in (trials.statistics[PLAIN], early))
    threshold = np.quantile(final, quantile, axis=1, keepdims=True)
    gone: NDArray[np.bool_] = rung < threshold - margin
    passing = final >= threshold
    left = np.where(early < threshold - margin, -2.0, trials.statistics[PLAIN])
    whole, rest = (trials.worth_of(best_of(each, tried)) for each in (trials.statistics[PLAIN], left))
    wrongly = float((gone & passing).sum() / passing.sum())
    return Dropped(float(gone.mean()), wrongly, float(gone.mean()) - COST, float(np.mean(whole - rest)))


def dropping(trials: PanelTrials, rungs: Mapping[str, Array], tasks: int, *, among: tuple[int, int]) -> Table:
    """Return a row for each rung, scores [T, A] by name, and margin.

    among: as in ``TOURNAMENTS``; the threshold of one is the fitness of the member of that place from below
    """
    tournament, population = among
    quantile = tournament / population
    rows = [row for name, scores in rungs.items() for row in _rows(trials, name, scores, tasks, quantile)]
    place = f"number {tournament} of {population} from below"
    title = f"A rung among {tasks} tasks; the threshold is {place}, the {quantile:.2g} quantile of their rho"
    header = ("rung", "margin", "dropped", "of those that pass, dropped", "trainings saved", "rho lost by the choice")
    return Table(title, header, tuple(rows))


def assumed_rungs(trials: PanelTrials, rng: np.random.Generator) -> dict[str, Array]:
    """Return rungs that agree with the final scores by each of ``AGREEMENTS``."""
    final = trials.pool.scores[:, 0]
    return {f"assumed agreement {each:g}": early_scores(final, each, rng) for each in AGREEMENTS}


def _rows(trials: PanelTrials, name: str, scores: Array, tasks: int, quantile: float) -> Iterator[tuple[str, ...]]:
    early = spearman(trials.panels.on_members(scores), trials.member_labels)
    for margin in MARGINS:
        found = drop(trials, early, tasks, quantile=quantile, margin=margin)
        cells = (found.dropped, found.wrongly, found.saved, found.lost)
        yield (name, f"{margin:g}", *(short(each) for each in cells))
