"""Catches: noise images that are not standard normal, or labelled."""

import numpy as np
import pytest

from tasks.images.noise import NoiseImages


def test_pixels_are_standard_normal_and_unlabelled() -> None:
    batch = NoiseImages(size=16).draw(200, np.random.default_rng(0))
    assert batch.labels is None
    assert float(batch.images.mean()) == pytest.approx(0, abs=0.01)
    assert float(batch.images.std()) == pytest.approx(1, abs=0.01)
    assert float((batch.images.abs() < 1.96).float().mean()) == pytest.approx(0.95, abs=0.005)
