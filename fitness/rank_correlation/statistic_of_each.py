"""The statistics of tasks once more, for many tasks and any part of a panel at once, as resampling needs it.

Letters: T tasks, M members.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.pair_agreement import PairAgreement
from fitness.rank_correlation.statistic import StatisticName

Array = NDArray[np.float64]

StatisticOfEach = Callable[[Array, Array], Array]
"""How well scores [T, M] of each task rank labels [M]: [T], -1 to 1, and 0 where a task ranks nothing.

Minus infinity is below all other scores; ties are ties.
"""


def statistic_of_each(name: StatisticName, *, noise: float = 0.0, absolute: bool = False) -> StatisticOfEach:
    """Return a statistic by its name, as ``Statistic.of``."""
    signed = _pairs_of_each(noise) if name == "pairs" else spearman_of_each
    return (lambda scores, labels: np.abs(signed(scores, labels))) if absolute else signed


def spearman_of_each(scores: Array, labels: Array) -> Array:
    """Return Spearman's rho of each task: scores [T, M], labels [M] -> [T]; ties share their average rank."""
    ours, theirs = _signs(scores).sum(axis=-1), _signs(labels).sum(axis=-1)
    lengths = np.sqrt((ours**2).sum(axis=-1) * (theirs**2).sum())
    found: Array = np.divide(ours @ theirs, lengths, out=np.zeros(len(scores)), where=lengths > 0)
    return found


def _pairs_of_each(noise: float) -> StatisticOfEach:
    def pairs_of_each(scores: Array, labels: Array) -> Array:
        """Return the agreement of each task about pairs whose order is as sure as labels of this noise say."""
        wanted = PairAgreement.of(labels, noise).wanted
        total = np.abs(wanted).sum()
        agreed = np.einsum("tij,ij->t", _signs(scores), wanted)
        found: Array = agreed / total if total else np.zeros(len(scores))
        return found

    return pairs_of_each


def _signs(values: Array) -> Array:
    """Return the sign of every value less every other, of values [..., M]: [..., M, M]."""
    column, row = values[..., :, None], values[..., None, :]
    signs: Array = (column > row).astype(float) - (column < row)
    return signs
