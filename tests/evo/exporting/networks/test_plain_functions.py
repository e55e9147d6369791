"""Catches: a plain function that computes something else than the fast one it stands for."""

import pytest
import torch

from evo.exporting.networks import plain_functions
from spaces.cells import operations


@pytest.mark.parametrize("stride", [1, 2])
def test_averages_are_the_same_bit_for_bit(stride: int) -> None:
    x = torch.randn(2, 3, 8, 8)
    with torch.no_grad():
        ours = operations.average_pool(3, stride).eval()(x)
        assert torch.equal(plain_functions.average_pool(3, stride)(x), ours)


@pytest.mark.parametrize(("dilation", "stride"), [(1, 1), (1, 2), (2, 1), (2, 2)])
def test_depthwise_convolutions_are_the_same_bit_for_bit(dilation: int, stride: int) -> None:
    ours = operations.depthwise(4, 5, stride, dilation)
    plain = plain_functions.depthwise(4, 5, stride, dilation)
    plain.load_state_dict(ours.state_dict())
    x = torch.randn(2, 4, 8, 8)
    assert torch.equal(plain(x), ours(x))


def test_what_runs_as_it_is_is_not_captured() -> None:
    assert plain_functions.is_captured(torch.zeros(1)) is False
