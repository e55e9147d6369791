"""Catches: a signal other than by hand, one that a frozen cell is missing from, one that noise has and a direction has
not, single precision where gradients differ by little."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from evo.differentiable.bilevel.signal import GradientSignal


def signal_of(*steps: list[Tensor | None], sizes: tuple[int, ...] = (2,)) -> float | None:
    """Return the signal of steps that give a gradient for each parameter."""
    signal = GradientSignal([torch.zeros(size) for size in sizes])
    for gradients in steps:
        signal.add(gradients)
    return signal.value()


def test_two_steps_by_hand() -> None:
    # The mean of (3, 0) and (1, 4) is (2, 2), of norm sqrt 8; both are (1, 2) away, whose square is 5: sqrt(5 / 2).
    assert signal_of([torch.tensor([3.0, 0.0])], [torch.tensor([1.0, 4.0])]) == pytest.approx(
        math.sqrt(8) / math.sqrt(5 / 2)
    )


def test_what_has_no_gradient_in_a_step_counts_as_zeros() -> None:
    # (1; 6), (1; 0) and (1; 0) have the mean (1; 2), and squared distances 16, 4 and 4, of the mean 8.
    one, six = torch.tensor([[1.0]]), torch.tensor([6.0])
    found = signal_of([one, six], [one, None], [one, None], sizes=(1, 1))
    assert found == pytest.approx(math.sqrt(5) / math.sqrt(8 / 3))
    assert found == signal_of([one, six], [one, torch.zeros(1)], [one, torch.zeros(1)], sizes=(1, 1))


def test_of_fewer_steps_than_two_and_of_nothing_there_is_none() -> None:
    one = torch.tensor([1.0, 2.0])
    assert signal_of() is None
    assert signal_of([one]) is None
    assert signal_of([None], [None]) is None
    assert signal_of([one], [one * math.nan]) is None
    assert signal_of([one], [one]) == math.inf


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(8, 40), st.integers(40, 200), st.floats(1e-6, 1e3))
def test_noise_gives_about_one_and_a_direction_as_much_as_it_is_stronger(
    seed: int, steps: int, values: int, scale: float
) -> None:
    noise = torch.randn(steps, values, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * scale
    found = signal_of(*([row.float()] for row in noise), sizes=(values,))
    plain = noise.mean(0).norm() / ((noise - noise.mean(0)).square().sum(1).mean() / steps).sqrt()
    assert found == pytest.approx(float(plain), rel=1e-4)
    assert found == pytest.approx(1, abs=0.5)  # six times its deviation, 1 / sqrt(2 * 40), and sqrt(8 / 7)
    strong = signal_of(*([row.float() + 5 * scale] for row in noise), sizes=(values,))
    assert strong is not None
    assert strong > 0.9 * 5 * math.sqrt(steps)


def test_gradients_are_summed_in_double_precision() -> None:
    # Far from zero the distances, 1 each, are less than a float32 can tell of squares.
    found = signal_of([torch.tensor([1e6, 1e6])], [torch.tensor([1e6 + 2, 1e6])])
    assert found == pytest.approx(math.hypot(1e6 + 1, 1e6) / math.sqrt(1 / 2), rel=1e-12)


def test_what_is_added_is_neither_kept_nor_changed() -> None:
    gradient = torch.tensor([1.0, 2.0], requires_grad=True) * 2
    signal = GradientSignal([torch.zeros(2)])
    signal.add([gradient])
    signal.add([-gradient])
    assert gradient.tolist() == [2.0, 4.0]
    assert signal.value() == 0.0
