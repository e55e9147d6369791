"""Where a score stands among those of a frozen sample: strictly increasing, also far beyond the best and the worst.

A search ends where all candidates beat the sample, so positions must tell them apart there, too: a score beyond an end
keeps a distance from it that falls with how far it is away.

Letters: N candidates of the sample, M distinct scores among them, K scores to place.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_FARTHEST = 1e300  # distances beyond the ends that can still be told apart


def known(scores: Array) -> Array:
    """Return the scores [N] that there are: infinite ones and NaN are of candidates that failed."""
    return scores[np.isfinite(scores)]


def is_constant(scores: Array) -> bool:
    """Return whether scores [N] place nothing: fewer than two different ones are there."""
    return len(np.unique(known(scores))) < 2


@dataclass(frozen=True)
class Positions:
    """Positions among the scores of N candidates, between 0 and 1.

    At a score of the sample it is the mid-rank over N + 1: 1 is the rank of the worst, equal scores share the mean of
    theirs, and candidates without a score are below all others. Between neighbours it is linear. Beyond the best,
    which has the position p, it is 1 - (1 - p) / (1 + z), below the worst p / (1 + z), where z is the distance from
    that end in units of the distance there is between the end and the nearest quartile of the distinct scores. That is
    above 0, belongs to the end in question alone, and grows with the scores, so that positions do not depend on their
    unit; no shape of the distribution is assumed beyond that its tails fall off.

    values: the distinct scores [M], ascending, and ranks: theirs [M]
    size: N
    unit: what scores are divided by, a power of two, so that no difference of them overflows
    """

    values: Array
    ranks: Array
    size: int
    unit: float

    @classmethod
    def among(cls, scores: Array) -> "Positions":
        """Return the positions among scores [N]; raises ValueError where ``is_constant``."""
        if is_constant(scores):
            raise ValueError("positions among fewer than two different scores are not defined")
        unit = _power_of_two(scores)
        values, counts = np.unique(known(scores) / unit, return_counts=True)
        failed = len(scores) - counts.sum()
        return cls(values, failed + np.cumsum(counts) - (counts - 1) / 2, len(scores), unit)

    @property
    def of_failed(self) -> float:
        """Return the logarithm of the position of a candidate without a score, that of the lowest rank."""
        return float(-np.log(self.size + 1))

    def log_of(self, scores: ArrayLike) -> Array:
        """Return the logarithms of the positions of scores [K]; those of failed candidates where not finite.

        Near 1 they keep differences that positions cannot.
        """
        given = np.asarray(scores, dtype=float)
        with np.errstate(over="ignore"):  # far below ``_FARTHEST`` again at once
            scaled = np.where(np.isfinite(given), given, 0.0) / self.unit
            placed = self._between(scaled) + self._above(scaled) - self._below(scaled)
        return np.where(np.isfinite(given), placed, self.of_failed)

    def _between(self, scaled: Array) -> Array:
        """Return the logarithms within the sample, 0 beyond its best, that of its worst below."""
        low = np.clip(np.searchsorted(self.values, scaled, side="right") - 1, 0, len(self.values) - 2)
        gaps = self.values[low + 1] - self.values[low]
        share = np.clip((scaled - self.values[low]) / gaps, 0.0, 1.0)
        ranks = self.ranks[low] + (self.ranks[low + 1] - self.ranks[low]) * share
        return np.where(scaled > self.values[-1], 0.0, np.log(ranks / (self.size + 1)))

    def _above(self, scaled: Array) -> Array:
        """Return the logarithms beyond the best, 0 elsewhere."""
        scale = self.values[-1] - self.values[3 * (len(self.values) - 1) // 4]
        beyond = _distance(scaled - self.values[-1], scale)
        rest = (self.size + 1 - self.ranks[-1]) / (self.size + 1)
        return np.where(scaled > self.values[-1], np.log1p(-rest / (1 + beyond)), 0.0)

    def _below(self, scaled: Array) -> Array:
        """Return by how much logarithms are below that of the worst."""
        scale = self.values[len(self.values) - 1 - 3 * (len(self.values) - 1) // 4] - self.values[0]
        return np.log1p(_distance(self.values[0] - scaled, scale))


def _distance(beyond: Array, scale: float) -> Array:
    return np.clip(beyond / scale, 0.0, _FARTHEST)


def _power_of_two(scores: Array) -> float:
    """Return a power of two by which the largest of scores [N] are divided to be near 1."""
    _, exponent = np.frexp(np.abs(known(scores)).max())
    return float(np.ldexp(1.0, int(np.clip(exponent, -1022, 1023))))
