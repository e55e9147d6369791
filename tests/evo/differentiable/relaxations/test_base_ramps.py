"""Catches: a ramp that misses its ends, is not even, or divides by zero in a search of one epoch."""

import pytest

from evo.differentiable.relaxations.base import Moment, ramp


@pytest.mark.parametrize(
    ("ends", "epochs", "expected"),
    [
        ((0.0, 0.6), 4, [0.0, 0.2, 0.4, 0.6]),
        ((10.0, 0.1), 3, [10.0, 5.05, 0.1]),
        ((2.0, 1.0), 1, [2.0]),
    ],
)
def test_a_ramp_goes_evenly_from_the_first_epoch_to_the_last(
    ends: tuple[float, float], epochs: int, expected: list[float]
) -> None:
    assert [ramp(*ends, Moment(epoch, epochs)) for epoch in range(epochs)] == pytest.approx(expected)
