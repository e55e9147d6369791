"""How far repeated measurements rank the same rows alike, and what that makes of their mean.

Letters: N rows, K repetitions, R resamples.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from fitness.rank_statistics import Array, Interval, bootstrap, interval, spearman


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
