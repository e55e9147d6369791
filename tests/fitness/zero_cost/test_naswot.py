"""Catches: units that agree by being off left out, ReLUs that no gradient reaches counted, a determinant's sign."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.zero_cost.naswot import naswot

CODES = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]], requires_grad=True)
LABELS = torch.zeros(3, dtype=torch.int64)
# Units that agree: [[2, 1, 0], [1, 2, 1], [0, 1, 2]], determinant 4.


@pytest.mark.parametrize("relu", [nn.ReLU(), nn.ReLU(inplace=True)])
def test_one_layer_by_hand(relu: nn.Module) -> None:
    assert naswot(relu, CODES.clone(), LABELS) == pytest.approx(math.log(4))


def test_layers_add_up() -> None:
    # the second sees no negative value: [[2, 1, 0], ...] again, for zeros are off; the sum is twice the kernel
    assert naswot(nn.Sequential(nn.ReLU(), nn.ReLU()), CODES, LABELS) == pytest.approx(math.log(4 * 2**3))


def test_a_relu_that_no_gradient_reaches_is_not_counted() -> None:
    class Beside(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            functional.relu(-x * torch.tensor([[1.0, 5.0]]))
            return functional.relu(x)

    assert naswot(Beside(), CODES, LABELS) == pytest.approx(math.log(4))


def test_equal_images_are_an_error() -> None:
    with pytest.raises(ValueError, match="switch the same units"):
        naswot(nn.ReLU(), torch.ones(2, 2, requires_grad=True), LABELS[:2])


def test_a_network_without_relu_is_an_error() -> None:
    with pytest.raises(ValueError, match="no ReLU"):
        naswot(nn.Linear(2, 2), CODES, LABELS)


def test_equal_images_among_many_are_an_error_however_rounding_falls() -> None:
    generator = torch.Generator().manual_seed(0)
    network = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 2))
    images = torch.randn(40, 8, generator=generator)
    assert naswot(network, images, LABELS) > 0
    for twice in range(1, 30):  # of some of these kernels the determinant comes out above 0
        images[twice] = images[0]
        with pytest.raises(ValueError, match="switch the same units"):
            naswot(network, images, LABELS)
