"""How well scores rank labels, within which intervals, and how far repeated measurements rank the same rows alike.

Letters: N rows, R resamples, G groups of equal values, K repetitions. Larger is better in scores and
labels alike; infinite scores are ranked, NaN is not allowed. Rank correlations are NaN where scores or labels are all
equal.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from fitness.rank_correlation.resampled_rows import (
    Array,
    Measure,
    ResampledRows,
    ScoredRows,
    as_they_are,
    resampled,
    top_places,
)

RESAMPLES = 2_000
MOST_PAIRED_ROWS = 1_000
"""Rows up to which the pairs of all resamples are compared at once; beyond it Kendall's tau takes one at a time, ..."""
KENDALL_RESAMPLES = 500
"""... and no more than these."""
TOPS = (5, 10, 20, 30, 40, 50)
"""Percentages for which the retrieving rate is reported."""
NAMES = ("spearman", "kendall", *(f"top {top} %" for top in TOPS))
"""The statistics; ``top K %`` is the retrieving rate."""


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
    return float(_spearman(as_they_are(scores, labels))[0])


def kendall(scores: Array, labels: Array) -> float:
    """Return Kendall's tau-b of scores [N] and labels [N]."""
    return float(_kendall(as_they_are(scores, labels))[0])


def retrieving_rate(scores: Array, labels: Array, top: float) -> float:
    """Return the share of the best ``top`` % of labels [N] that is among the best ``top`` % of scores [N].

    At least one row is best. Where ties straddle the cut they share the places left, and a row counts as the lesser of
    its two shares.
    """
    return float(_retrieving_rate(as_they_are(scores, labels), top)[0])


def rank_statistics(scores: Array, labels: Array) -> dict[str, float]:
    """Return the statistics of ``NAMES``."""
    sample = as_they_are(scores, labels)
    return {name: float(statistic(sample)[0]) for name, statistic in _STATISTICS.items()}


def bootstrap(
    scores: Array, labels: Array, *, resamples: int = RESAMPLES, seed: int = 0, names: Sequence[str] = NAMES
) -> dict[str, Array]:
    """Return statistics of rows drawn with replacement: [R] each, fewer of kendall where rows are many.

    Two calls for as many rows and one ``seed`` draw the same rows, so what they return may be subtracted.
    """
    measures, limits = {name: _STATISTICS[name] for name in names}, {"kendall": kendall_resamples(len(labels))}
    return resampled(measures, ScoredRows(scores, labels), resamples=resamples, seed=seed, limits=limits)


def interval(value: float, draws: Array) -> Interval:
    """Return ``value`` with the interval that holds 95 % of ``draws`` [R]; undefined draws are left out."""
    defined = draws[~np.isnan(draws)]
    low, high = np.percentile(defined, [2.5, 97.5]) if len(defined) else (np.nan, np.nan)
    return Interval(value, float(low), float(high))


def kendall_resamples(num_rows: int) -> int:
    """Return how many resamples of so many rows Kendall's tau is given."""
    return RESAMPLES if num_rows <= MOST_PAIRED_ROWS else KENDALL_RESAMPLES


def _spearman(sample: ResampledRows) -> Array:
    """Return the correlation of average ranks, [R]."""
    ours, theirs = (_centred(groups.average_ranks(), sample.counts) for groups in (sample.scores, sample.labels))
    weighted = sample.counts * ours
    both, own = (np.einsum("rn,rn->r", weighted, other) for other in (theirs, ours))
    return _ratio(both, np.sqrt(own * np.einsum("rn,rn,rn->r", sample.counts, theirs, theirs)))


def _kendall(sample: ResampledRows) -> Array:
    """Return agreeing less disagreeing pairs over the geometric mean of the untied ones, [R]."""
    if sample.counts.shape[1] > MOST_PAIRED_ROWS:
        return _kendall_one_by_one(sample)
    weights = sample.counts.astype(np.float32)  # exact: the sums of a product with signs are whole and at most N
    paired = weights @ (sample.scores.signs() * sample.labels.signs())
    agreement = np.einsum("rn,rn->r", paired.astype(float), sample.counts)
    return _ratio(agreement, np.sqrt(sample.scores.untied_pairs() * sample.labels.untied_pairs()))


def _kendall_one_by_one(sample: ResampledRows) -> Array:
    """Return the same by sorting, whose cost does not grow with the square of the rows."""
    from scipy.stats import kendalltau

    rows = np.arange(sample.counts.shape[1])
    drawn = (np.repeat(rows, counts.astype(int)) for counts in sample.counts)
    found = (kendalltau(sample.scores.of_row[held], sample.labels.of_row[held]).statistic for held in drawn)
    return np.array(list(found))


def _retrieving_rate(sample: ResampledRows, top: float) -> Array:
    places = top_places(sample.counts.shape[1], top)
    shared = np.minimum(sample.scores.top_shares(places), sample.labels.top_shares(places))
    found: Array = np.einsum("rn,rn->r", sample.counts, shared) / places
    return found


_MEASURES: list[Measure] = [
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
