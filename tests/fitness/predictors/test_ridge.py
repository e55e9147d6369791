"""Catches: weights that are not those of ridge regression, and arrays of a damaged state that are taken."""

import numpy as np
import pytest

from fitness.predictors.ridge import STRENGTHS, RidgePredictor
from tasks import derive_rng

FEATURES = derive_rng(0, "features").normal(size=(40, 3))
NOISE = derive_rng(0, "noise").normal(size=40)
TARGETS = FEATURES @ [2.0, 0.0, -1.0] + 3 + NOISE


def solved(strength: float, rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights and what is added, from the normal equations."""
    known, wanted = FEATURES[rows], TARGETS[rows]
    centred = known - known.mean(axis=0)
    weights = np.linalg.solve(centred.T @ centred + strength * np.eye(3), centred.T @ (wanted - wanted.mean()))
    return weights, float(wanted.mean() - known.mean(axis=0) @ weights)


def left_out_error(strength: float) -> float:
    """Return the mean squared error on candidates left out one at a time."""
    everyone, errors = np.arange(len(FEATURES)), []
    for one in everyone:
        weights, added = solved(strength, everyone[everyone != one])
        errors.append((FEATURES[one] @ weights + added - TARGETS[one]) ** 2)
    return float(np.mean(errors))


def test_the_weights_solve_the_normal_equations_at_the_strength_of_the_least_error_left_out() -> None:
    arrays = RidgePredictor().learn(FEATURES, TARGETS, 0)
    weights, added = solved(min(STRENGTHS, key=left_out_error), np.arange(40))
    assert arrays["weights"] == pytest.approx(weights)
    assert arrays["added"] == pytest.approx([added])
    assert RidgePredictor().predict(arrays, FEATURES[:5]) == pytest.approx(FEATURES[:5] @ weights + added)


def test_arrays_that_do_not_go_with_the_features_are_refused() -> None:
    arrays = RidgePredictor().learn(FEATURES, TARGETS, 0)
    RidgePredictor().check_arrays(arrays, 3)
    for damaged, features in ((arrays, 4), ({**arrays, "added": np.zeros(2)}, 3)):
        with pytest.raises(ValueError, match="features have weights"):
            RidgePredictor().check_arrays(damaged, features)
    for name in arrays:
        with pytest.raises(ValueError, match=f"^{name} are int64 numbers$"):
            RidgePredictor().check_arrays({**arrays, name: arrays[name].astype(np.int64)}, 3)
    with pytest.raises(KeyError):
        RidgePredictor().check_arrays({"added": arrays["added"]}, 3)
