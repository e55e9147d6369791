"""Catches: numbers that are made anew for every batch; one type, device or number taken for another; a constant that no
gradient may pass because it was made in inference mode.
"""

import torch

from tasks.images.constants import constant

CPU = torch.device("cpu")


def test_numbers_are_made_once_for_each_device_and_type() -> None:
    assert constant((0.5, 2.0), CPU).tolist() == [0.5, 2.0]
    assert constant((0.5, 2.0), CPU) is constant((0.5, 2.0), CPU)
    assert constant((0.5, 2.0), CPU).dtype is torch.float32
    assert constant((0.5, 2.0), CPU, torch.float64).dtype is torch.float64
    assert constant((0.5, 2.0), torch.device("meta")).is_meta
    assert constant(((1.0, 2.0), (3.0, 4.0)), CPU).tolist() == [[1, 2], [3, 4]]


def test_what_is_made_in_inference_mode_is_of_use_to_a_gradient() -> None:
    with torch.inference_mode():
        made = constant((0.125, 3.0), CPU)
    weights = torch.ones(2, requires_grad=True)
    (weights * made).sum().backward()
    assert weights.grad is not None
    assert weights.grad.tolist() == [0.125, 3.0]
