"""Catches: a product left out or of the wrong weight, a wrong gradient or second gradient, an input written to, a
layout or a precision that changes on the way.
"""

import pytest
import torch
from torch import Tensor

from spaces.supernet.mixed_edge import weighted_sum

LAYOUTS = [torch.contiguous_format, torch.channels_last]


def maps_of(count: int, layout: torch.memory_format = torch.channels_last, side: int = 3) -> list[Tensor]:
    torch.manual_seed(0)
    shape = (2, 3, side, side)
    return [torch.randn(shape, dtype=torch.float64).contiguous(memory_format=layout) for _ in range(count)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_map_counts_as_much_as_the_weight_of_its_number(layout: torch.memory_format) -> None:
    maps, weights = maps_of(2, layout), torch.tensor([5.0, 0.5, 7.0, -2.0], dtype=torch.float64)
    kept = [each.clone() for each in maps]
    total = weighted_sum(maps, weights, [3, 1])
    torch.testing.assert_close(total, -2.0 * kept[0] + 0.5 * kept[1])
    assert total.is_contiguous(memory_format=layout)
    assert all(map(torch.equal, maps, kept))


def test_one_map_of_weight_1_stays_what_it_is_to_the_bit() -> None:
    (only,) = maps_of(1)
    assert torch.equal(weighted_sum([only], torch.ones(3, dtype=torch.float64), [2]), only)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_gradients_and_their_gradients_are_those_of_finite_differences(layout: torch.memory_format) -> None:
    maps = [each.requires_grad_() for each in maps_of(2, layout, side=2)]
    weights = torch.tensor([0.3, 9.0, -0.4], dtype=torch.float64, requires_grad=True)

    def summed(weights: Tensor, *maps: Tensor) -> Tensor:
        return weighted_sum(maps, weights, [0, 2])

    assert torch.autograd.gradcheck(summed, (weights, *maps))
    assert torch.autograd.gradgradcheck(summed, (weights, *maps))


def test_a_weight_without_a_map_has_no_gradient() -> None:
    weights = torch.ones(3, dtype=torch.float64, requires_grad=True)
    weighted_sum([torch.ones(1, 2, 3, 4, dtype=torch.float64)], weights, [1]).sum().backward()
    assert weights.grad is not None
    assert weights.grad.tolist() == [0, 24, 0]


def test_nothing_is_computed_for_what_needs_no_gradient() -> None:
    (one, other), weights = maps_of(2), torch.ones(2, dtype=torch.float64)
    one.requires_grad_()
    weighted_sum([one, other], weights, [0, 1]).sum().backward()
    assert one.grad is not None
    assert other.grad is None
    assert weights.grad is None


def test_a_map_that_autocast_left_wider_widens_the_sum() -> None:
    narrow = torch.full((1, 1, 2, 2), 3.0, dtype=torch.bfloat16, requires_grad=True)
    wide = torch.full((1, 1, 2, 2), 0.5, requires_grad=True)
    weights = torch.tensor([2.0, 4.0], requires_grad=True)
    total = weighted_sum([narrow, wide], weights, [0, 1])
    total.sum().backward()
    assert torch.equal(total, torch.full((1, 1, 2, 2), 8.0))
    assert weights.grad is not None
    assert weights.grad.tolist() == [12, 2]
    assert narrow.grad is not None
    assert narrow.grad.dtype is torch.bfloat16
    assert weighted_sum([narrow], weights, [0]).dtype is torch.bfloat16
