"""Rank correlation with what chance could have made of it.

Letters: N rows, R bootstrap resamples.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import kendalltau, spearmanr

from tasks import derive_rng

RESAMPLES = 2_000
Statistic = Callable[[np.ndarray], float]


@dataclass(frozen=True)
class Interval:
    """A statistic and its 95 % bootstrap percentile interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return e.g. ``.853 [.801, .891]``."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def spearman(scores: np.ndarray, labels: np.ndarray) -> float:
    """Return Spearman's rho of scores [N] and labels [N]."""
    return float(spearmanr(scores, labels).statistic)


def kendall(scores: np.ndarray, labels: np.ndarray) -> float:
    """Return Kendall's tau of scores [N] and labels [N]."""
    return float(kendalltau(scores, labels).statistic)


def bootstrap(statistic: Statistic, num_rows: int, *, seed: int = 0) -> Interval:
    """Return ``statistic`` of all row numbers with its interval over ``RESAMPLES`` draws of rows with replacement."""
    rng = derive_rng(seed, "bootstrap")
    drawn = [statistic(rng.integers(num_rows, size=num_rows)) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Interval(statistic(np.arange(num_rows)), float(low), float(high))
