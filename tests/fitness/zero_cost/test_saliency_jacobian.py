"""Catches: covariances in place of correlations, a wrong sign or constant, an undefined score that passes for one."""

import math

import pytest
import torch
from torch import Tensor, nn

from fitness.zero_cost.saliency import jacob_cov
from fitness.zero_cost.sentences import BatchFirst

K = 1e-5
LABELS = torch.zeros(2, dtype=torch.int64)


class Squares(nn.Module):
    """Its gradient is twice the input."""

    def forward(self, x: Tensor) -> Tensor:
        return x.square()


def test_pictures_of_equal_gradients_give_one_eigenvalue() -> None:
    x = torch.tensor([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]])  # correlation 1, covariance is not
    expected = -(math.log(2 + K) + 1 / (2 + K) + math.log(K) + 1 / K)
    assert jacob_cov(Squares(), x, LABELS) == pytest.approx(expected, rel=1e-3)


def test_uncorrelated_images_give_eigenvalues_of_one() -> None:
    x = torch.tensor([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 3.0, -3.0]])
    assert jacob_cov(Squares(), x, LABELS) == pytest.approx(-2 * (math.log(1 + K) + 1 / (1 + K)))


def test_half_correlated_images_by_hand() -> None:
    x = torch.tensor([[1.0, -1.0, 0.0], [1.0, 0.0, -1.0]])  # correlation 1/2: eigenvalues 3/2 and 1/2
    expected = -sum(math.log(v + K) + 1 / (v + K) for v in (1.5, 0.5))
    assert jacob_cov(Squares(), x, LABELS) == pytest.approx(expected)


@pytest.mark.parametrize(
    "network", [nn.Linear(3, 1).requires_grad_(requires_grad=False), nn.Threshold(99, 0)], ids=["constant", "none"]
)
def test_gradients_that_do_not_vary_are_an_error(network: nn.Module) -> None:
    if isinstance(network, nn.Linear):
        nn.init.constant_(network.weight, 2.0)
    with pytest.raises(ValueError, match="jacob_cov"):
        jacob_cov(network, torch.ones(2, 3), LABELS)


def test_of_a_recurrent_network_a_row_is_a_sentence() -> None:
    sentences = torch.tensor([[1.0, -1.0, 0.0], [1.0, 0.0, -1.0]]).unsqueeze(2)  # [B, L, D]; correlation 1/2
    expected = -sum(math.log(v + K) + 1 / (v + K) for v in (1.5, 0.5))
    assert jacob_cov(BatchFirst(Squares()), sentences, LABELS) == pytest.approx(expected)
