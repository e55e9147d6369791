"""The statistics of tasks once more, for many tasks and any part of a panel at once, as resampling needs it.

Letters: T tasks, M members.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.pair_agreement import PairAgreement
from fitness.rank_correlation.statistic import StatisticName

Array = NDArray[np.float64]
Places = NDArray[np.intp]

StatisticOfEach = Callable[[Array | Places, Array], Array]
"""How well scores [T, M] of each task, or their ``places``, rank labels [M]: [T], -1 to 1, 0 where one ranks nothing.

Minus infinity is below all other scores; ties are ties.
"""


def statistic_of_each(name: StatisticName, *, noise: float = 0.0, absolute: bool = False) -> StatisticOfEach:
    """Return a statistic by its name, as ``Statistic.of``."""
    signed = _pairs_of_each(noise) if name == "pairs" else spearman_of_each
    return (lambda scores, labels: np.abs(signed(scores, labels))) if absolute else signed


def spearman_of_each(scores: Array | Places, labels: Array) -> Array:
    """Return Spearman's rho of each task: scores [T, M], labels [M] -> [T]; ties share their average rank."""
    ours, theirs = _ranks(scores), _ranks(labels[None])[0]
    lengths = np.sqrt(np.einsum("tm,tm->t", ours, ours) * (theirs @ theirs))
    found: Array = np.divide(ours @ theirs, lengths, out=np.zeros(len(scores)), where=lengths > 0)
    return found


def places(scores: Array | Places) -> Places:
    """Return scores [T, M] as whole numbers from 0 that are ordered alike in each row, equal ones as equal numbers.

    A statistic of any members is the same of these, and found sooner: they need no sorting.
    """
    order = np.argsort(scores, axis=-1)
    ascending = np.take_along_axis(scores, order, axis=-1)
    found = np.zeros(scores.shape, dtype=np.intp)
    steps = np.cumsum(ascending[:, 1:] != ascending[:, :-1], axis=-1)
    np.put_along_axis(found, order[:, 1:], steps, axis=-1)
    return found


def _pairs_of_each(noise: float) -> StatisticOfEach:
    def pairs_of_each(scores: Array | Places, labels: Array) -> Array:
        """Return the agreement of each task about pairs whose order is as sure as labels of this noise say."""
        wanted = PairAgreement.of(labels, noise).wanted
        total = np.abs(wanted).sum()
        agreed = np.einsum("tij,ij->t", _signs(scores), wanted)
        found: Array = agreed / total if total else np.zeros(len(scores))
        return found

    return pairs_of_each


def _signs(values: Array | Places) -> Array:
    """Return the sign of every value less every other, of values [..., M]: [..., M, M]."""
    column, row = values[..., :, None], values[..., None, :]
    signs: Array = (column > row).astype(float) - (column < row)
    return signs


def _ranks(scores: Array | Places) -> Array:
    """Return the average ranks of scores [T, M] less their mean, [T, M]."""
    known = scores if np.issubdtype(scores.dtype, np.integer) else places(scores)
    tasks, most = len(known), int(known.max(initial=0)) + 1
    at = known + np.arange(tasks)[:, None] * most
    counts = np.bincount(at.ravel(), minlength=tasks * most).reshape(tasks, most)
    doubled = 2 * np.cumsum(counts, axis=-1) - counts
    ranks: Array = (doubled.ravel()[at] - known.shape[-1]) / 2
    return ranks
