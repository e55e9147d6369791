"""How far the probabilities of tiers can be believed, and what would make them more so (Guo et al., 2017).

Letters: N candidates, T tiers.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.base import Floats

BINS = 10
_LEAST_PROBABILITY = 1e-12
_LOWEST, _HIGHEST = 0.05, 20.0  # temperatures


def calibration_error(probabilities: Floats, tiers: NDArray[np.int64], bins: int = BINS) -> float:
    """Return the expected calibration error: how far confidence is from the share of right answers.

    The mean over candidates of the difference of both in each one's bin; a candidate's confidence is its highest
    probability, and bins cut 0 to 1 evenly.

    probabilities: [N, T], N >= 1; tiers: the right ones [N]
    """
    confidence, right = probabilities.max(1), probabilities.argmax(1) == tiers
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, right - confidence, bins)  # the sum of each bin
    return float(np.abs(gaps).sum() / len(tiers))


def tempered(probabilities: Floats, temperature: float) -> Floats:
    """Return probabilities [N, T] whose logarithms are divided by a temperature: above 1 they are less sure."""
    logits = np.log(np.maximum(probabilities, _LEAST_PROBABILITY)) / temperature
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return cast(Floats, raised / raised.sum(1, keepdims=True))


def best_temperature(probabilities: Floats, tiers: NDArray[np.int64]) -> float:
    """Return the temperature, .05 to 20, under which the right tiers [N] are the likeliest."""
    from scipy.optimize import minimize_scalar

    def unlikeliness(log_temperature: float) -> float:
        likely = tempered(probabilities, np.exp(log_temperature))[np.arange(len(tiers)), tiers]
        return float(-np.log(np.maximum(likely, _LEAST_PROBABILITY)).mean())

    found = minimize_scalar(unlikeliness, bounds=(np.log(_LOWEST), np.log(_HIGHEST)), method="bounded")
    return float(np.exp(found.x))
