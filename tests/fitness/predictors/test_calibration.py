"""Catches: bins of the wrong weight, confidence that is not the highest probability, a temperature that makes
it worse."""

import numpy as np
import pytest
from scipy.special import softmax

from fitness.predictors.calibration import best_temperature, calibration_error, tempered


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.92, 0.08], [0.4, 0.6], [0.35, 0.65]])
    tiers = np.array([0, 1, 1, 0])
    # bin .9-1: confidence .91, right 1/2; bin .6-.7: confidence .625, right 1/2; half of all in each
    assert calibration_error(probabilities, tiers) == pytest.approx(0.5 * 0.41 + 0.5 * 0.125)
    assert calibration_error(probabilities, tiers, bins=1) == pytest.approx(0.7675 - 0.5)
    assert calibration_error(np.array([[1.0, 0.0]]), np.array([0])) == 0
    assert calibration_error(np.array([[1.0, 0.0]]), np.array([1])) == 1


def test_tempered() -> None:
    probabilities = np.array([[0.8, 0.2], [1.0, 0.0]])
    assert np.allclose(tempered(probabilities, 1), probabilities)
    assert tempered(probabilities, 2)[0].tolist() == pytest.approx([2 / 3, 1 / 3])  # odds of 4, then of 2
    assert np.isfinite(tempered(probabilities, 0.05)).all()


def test_the_best_temperature_is_the_one_that_was_put_in() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20_000, 5)) * 2
    tiers = np.array([rng.choice(5, p=row) for row in softmax(logits, 1)])
    sharpened = softmax(logits * 3, 1)
    found = best_temperature(sharpened, tiers)
    assert found == pytest.approx(3, rel=0.05)
    assert calibration_error(tempered(sharpened, found), tiers) < 0.02 < calibration_error(sharpened, tiers)
