"""How well scores rank labels, within which intervals, and how far repeated measurements rank the same rows alike.

Letters: N rows, R resamples, G groups of equal values, K repetitions. Larger is better in scores and
labels alike; infinite scores are ranked, NaN is not allowed. Rank correlations are NaN where scores or labels are all
equal.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tasks import derive_rng

Array = NDArray[np.float64]

RESAMPLES = 2_000
MOST_PAIRED_ROWS = 1_000
"""Rows up to which the pairs of all resamples are compared at once; beyond it Kendall's tau takes one at a time, ..."""
KENDALL_RESAMPLES = 500
"""... and no more than these."""
TOPS = (5, 10, 20, 30, 40, 50)
"""Percentages for which the retrieving rate is reported."""
NAMES = ("spearman", "kendall", *(f"top {top} %" for top in TOPS))
"""The statistics; ``top K %`` is the retrieving rate."""
_CHUNK = 2**19  # numbers held at once


@dataclass(frozen=True)
class Interval:
    """A statistic and its 95 % bootstrap percentile interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return e.g. ``0.853 [0.801, 0.891]``."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def to_json(self) -> list[float | None]:
        """Return value, low and high as JSON knows them: None where one is not defined."""
        return [None if math.isnan(number) else float(number) for number in (self.value, self.low, self.high)]


def spearman(scores: Array, labels: Array) -> float:
    """Return Spearman's rho of scores [N] and labels [N]; ties share their average rank."""
    return float(_spearman(_as_they_are(scores, labels))[0])


def kendall(scores: Array, labels: Array) -> float:
    """Return Kendall's tau-b of scores [N] and labels [N]."""
    return float(_kendall(_as_they_are(scores, labels))[0])


def retrieving_rate(scores: Array, labels: Array, top: float) -> float:
    """Return the share of the best ``top`` % of labels [N] that is among the best ``top`` % of scores [N].

    At least one row is best. Where ties straddle the cut they share the places left, and a row counts as the lesser of
    its two shares.
    """
    return float(_retrieving_rate(_as_they_are(scores, labels), top)[0])


def rank_statistics(scores: Array, labels: Array) -> dict[str, float]:
    """Return the statistics of ``NAMES``."""
    sample = _as_they_are(scores, labels)
    return {name: float(statistic(sample)[0]) for name, statistic in _STATISTICS.items()}


def bootstrap(scores: Array, labels: Array, *, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Array]:
    """Return the same statistics of rows drawn with replacement: [R] each, fewer of kendall where rows are many.

    Two calls for as many rows and one ``seed`` draw the same rows, so what they return may be subtracted.
    """
    draws: dict[str, list[Array]] = {name: [] for name in _STATISTICS}
    limits = {"kendall": kendall_resamples(len(labels))}
    done = 0
    for counts in _resampled_counts(len(labels), resamples, seed):
        sample = _Sample.of(scores, labels, counts)
        for name, statistic in _STATISTICS.items():
            wanted = min(limits.get(name, resamples) - done, len(counts))
            if wanted > 0:
                draws[name].append(statistic(sample.first(wanted)))
        done += len(counts)
    return {name: np.concatenate(parts) for name, parts in draws.items()}


def interval(value: float, draws: Array) -> Interval:
    """Return ``value`` with the interval that holds 95 % of ``draws`` [R]; undefined draws are left out."""
    defined = draws[~np.isnan(draws)]
    low, high = np.percentile(defined, [2.5, 97.5]) if len(defined) else (np.nan, np.nan)
    return Interval(value, float(low), float(high))


def kendall_resamples(num_rows: int) -> int:
    """Return how many resamples of so many rows Kendall's tau is given."""
    return RESAMPLES if num_rows <= MOST_PAIRED_ROWS else KENDALL_RESAMPLES


@dataclass(frozen=True)
class _Groups:
    """Rows of equal value: group [N] of each row, ascending in value, and the sizes [R, G] of the groups."""

    of_row: NDArray[np.intp]
    sizes: Array

    @staticmethod
    def of(values: Array, counts: Array) -> "_Groups":
        if np.isnan(values).any():
            raise ValueError("NaN has no rank")
        distinct, of_row = np.unique(values, return_inverse=True)
        order = np.argsort(of_row, kind="stable")
        starts = np.searchsorted(of_row[order], np.arange(len(distinct)))
        return _Groups(of_row, np.add.reduceat(counts[:, order], starts, axis=1))

    def average_ranks(self) -> Array:
        """Return the rank of each row from the worst, [R, N]; only differences of ranks matter."""
        return (np.cumsum(self.sizes, axis=1) - self.sizes / 2)[:, self.of_row]

    def top_shares(self, places: int) -> Array:
        """Return how much of each row is among the best ``places``, [R, N]: ties at the cut share what is left."""
        better = self.sizes.sum(axis=1, keepdims=True) - np.cumsum(self.sizes, axis=1)
        shares: Array = np.clip((places - better) / np.maximum(self.sizes, 1), 0, 1)[:, self.of_row]
        return shares

    def untied_pairs(self) -> Array:
        """Return the number of ordered pairs of rows with different values, [R]."""
        pairs: Array = self.sizes.sum(axis=1) ** 2 - (self.sizes**2).sum(axis=1)
        return pairs

    def signs(self) -> NDArray[np.float32]:
        """Return the sign of every row's value less that of every other, [N, N]."""
        signs: NDArray[np.float32] = np.sign(self.of_row[:, None] - self.of_row[None, :]).astype(np.float32)
        return signs


@dataclass(frozen=True)
class _Sample:
    """Resamples of the same rows: how often each holds each row, counts [R, N], and the rows grouped by value."""

    counts: Array
    scores: _Groups
    labels: _Groups

    @staticmethod
    def of(scores: Array, labels: Array, counts: Array) -> "_Sample":
        return _Sample(counts, _Groups.of(scores, counts), _Groups.of(labels, counts))

    def first(self, count: int) -> "_Sample":
        """Return the first resamples alone."""
        parts = (_Groups(groups.of_row, groups.sizes[:count]) for groups in (self.scores, self.labels))
        return _Sample(self.counts[:count], *parts)


def _as_they_are(scores: Array, labels: Array) -> _Sample:
    return _Sample.of(scores, labels, np.ones((1, len(labels))))


def _resampled_counts(num_rows: int, resamples: int, seed: int) -> Iterator[Array]:
    rng, at_once = derive_rng(seed, "bootstrap"), max(1, _CHUNK // num_rows)
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        drawn = rng.integers(num_rows, size=(size, num_rows)) + num_rows * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * num_rows).reshape(size, num_rows).astype(float)


def _spearman(sample: _Sample) -> Array:
    """Return the correlation of average ranks, [R]."""
    ours, theirs = (_centred(groups.average_ranks(), sample.counts) for groups in (sample.scores, sample.labels))
    weighted = sample.counts * ours
    both, own = (np.einsum("rn,rn->r", weighted, other) for other in (theirs, ours))
    return _ratio(both, np.sqrt(own * np.einsum("rn,rn,rn->r", sample.counts, theirs, theirs)))


def _kendall(sample: _Sample) -> Array:
    """Return agreeing less disagreeing pairs over the geometric mean of the untied ones, [R]."""
    if sample.counts.shape[1] > MOST_PAIRED_ROWS:
        return _kendall_one_by_one(sample)
    weights = sample.counts.astype(np.float32)  # exact: the sums of a product with signs are whole and at most N
    paired = weights @ (sample.scores.signs() * sample.labels.signs())
    agreement = np.einsum("rn,rn->r", paired.astype(float), sample.counts)
    return _ratio(agreement, np.sqrt(sample.scores.untied_pairs() * sample.labels.untied_pairs()))


def _kendall_one_by_one(sample: _Sample) -> Array:
    """Return the same by sorting, whose cost does not grow with the square of the rows."""
    from scipy.stats import kendalltau

    rows = np.arange(sample.counts.shape[1])
    drawn = (np.repeat(rows, counts.astype(int)) for counts in sample.counts)
    found = (kendalltau(sample.scores.of_row[held], sample.labels.of_row[held]).statistic for held in drawn)
    return np.array(list(found))


def _retrieving_rate(sample: _Sample, top: float) -> Array:
    places = max(1, int(sample.counts.shape[1] * top / 100 + 0.5))
    shared = np.minimum(sample.scores.top_shares(places), sample.labels.top_shares(places))
    found: Array = np.einsum("rn,rn->r", sample.counts, shared) / places
    return found


_MEASURES: list[Callable[[_Sample], Array]] = [
    _spearman,
    _kendall,
    *(partial(_retrieving_rate, top=top) for top in TOPS),
]
_STATISTICS = dict(zip(NAMES, _MEASURES, strict=True))


def _centred(ranks: Array, counts: Array) -> Array:
    means: Array = np.einsum("rn,rn->r", counts, ranks) / counts.shape[1]
    return ranks - means[:, None]


def _ratio(numerator: Array, denominator: Array) -> Array:
    ratio = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=ratio, where=denominator > 0)
    return ratio


def rank_agreement(repetitions: Sequence[Array], *, seed: int = 0) -> Interval:
    """Return the mean Spearman's rho of all pairs of K repetitions [N], with its bootstrap interval over rows.

    All pairs see the same resamples. NaN where a repetition is all equal; raises ValueError for fewer than two.
    """
    if len(repetitions) < 2:
        raise ValueError(f"{len(repetitions)} repetitions: at least 2 are needed to agree")
    pairs = list(combinations(repetitions, 2))
    value = np.mean([spearman(*pair) for pair in pairs])
    draws = np.mean([bootstrap(*pair, seed=seed)["spearman"] for pair in pairs], axis=0)
    return interval(float(value), draws)


def reliability_of_mean(agreement: Interval, repetitions: int) -> Interval:
    """Return how far the mean of K repetitions would agree with the mean of K others, from how far two agree.

    The formula of Spearman (1910) and Brown (1910), K r / (1 + (K - 1) r); NaN where r is too low to be that of K.
    """
    values = (_spearman_brown(r, repetitions) for r in (agreement.value, agreement.low, agreement.high))
    return Interval(*values)


def _spearman_brown(agreement: float, repetitions: int) -> float:
    divisor = 1 + (repetitions - 1) * agreement
    return repetitions * agreement / divisor if divisor > 0 else float("nan")
