"""How a trait of candidates is distributed in each tier of quality, and how far two such distributions differ.

Letters: N candidates, T tiers (the best first), K keys of a histogram.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.tiers import TIERS

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Histogram:
    """Counts [T, K] of a trait's values by tier, at keys [K]: the upper bounds of bins, or names."""

    keys: tuple[Hashable, ...]
    counts: Counts

    def distribution(self, tier: int) -> Floats:
        """Return the share [K] of each key in a tier, every key counted once more than it was seen."""
        smoothed = self.counts[tier] + 1.0
        shares: Floats = smoothed / smoothed.sum()
        return shares

    def softmax(self, tier: int) -> Floats:
        """Return the softmax [K] of a tier's counts, which a few members make nearly certain of one key."""
        weights = np.exp(self.counts[tier] - self.counts[tier].max())
        shares: Floats = weights / weights.sum()
        return shares


def binned(values: Sequence[int], tiers: Counts, bins: int) -> Histogram:
    """Return the histogram of numbers [N] in bins of equal width between the least and the greatest of them.

    The width is rounded up, so that there may be fewer bins; the least number is in the first.
    """
    least, most = min(values), max(values)
    step = max(-(-(most - least) // bins), 1)
    keys = tuple(range(least + step, most + step, step)) or (most,)
    places = [max(-(-(value - least) // step) - 1, 0) for value in values]
    return Histogram(keys, _counted(places, tiers, len(keys)))


def each_integer(values: Sequence[int], tiers: Counts) -> Histogram:
    """Return the histogram of numbers [N] with a key for every integer between the least and the greatest."""
    least, most = min(values), max(values)
    return Histogram(
        tuple(range(least, most + 1)), _counted([value - least for value in values], tiers, most - least + 1)
    )


def by_name(names: Sequence[Mapping[str, int]], tiers: Counts) -> Histogram:
    """Return how often each name occurs in all candidates [N] of a tier together; names: counts of one candidate's."""
    keys = sorted({name for each in names for name in each})
    counts = np.zeros((TIERS, len(keys)), np.int64)
    for tier, each in zip(tiers, names, strict=True):
        counts[tier] += [each.get(name, 0) for name in keys]
    return Histogram(tuple(keys), counts)


def divergence(best: Floats, low: Floats) -> float:
    """Return the Kullback-Leibler divergence of two distributions [K], divided by the number of keys."""
    tiny = np.finfo(np.float64).tiny  # a softmax may be 0
    return float(np.sum(best * (np.log(np.maximum(best, tiny)) - np.log(np.maximum(low, tiny)))) / len(best))


def _counted(places: Sequence[int], tiers: Counts, keys: int) -> Counts:
    counts = np.zeros((TIERS, keys), np.int64)
    np.add.at(counts, (tiers, np.asarray(places)), 1)
    return counts
