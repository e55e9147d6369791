"""Catches: another ratio of eigenvalues, channels taken for samples, layers missed or counted twice, a health above 1,
parameters left out, another norm for depth. Expected values are worked by hand."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.zero_cost.intrain import intrain, log_dimensions

# Two channels without correlation, of variance 3 and 1: (3 + 1)^2 / (9 + 1).
UNEVEN = torch.tensor([[3**0.5, 1.0], [-(3**0.5), 1.0], [3**0.5, -1.0], [-(3**0.5), -1.0]]) + 5
LABELS = torch.zeros(4, dtype=torch.int64)


def test_dimensions_by_hand() -> None:
    assert log_dimensions(UNEVEN) == pytest.approx(math.log(1.6), rel=1e-5)
    assert log_dimensions(UNEVEN.T.reshape(1, 2, 2, 2)) == pytest.approx(math.log(1.6), rel=1e-5)  # positions
    assert log_dimensions(torch.ones(4, 2)) == 0
    assert math.isnan(log_dimensions(UNEVEN * math.nan))


class Rectified(nn.Module):
    """Two ReLUs that change nothing, and trained numbers of known gradients beside them."""

    def __init__(self, *, trained: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[1.0, 0.0]]), requires_grad=trained)
        self.unused = nn.Parameter(torch.zeros(3))
        self.single = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        logit = functional.relu(functional.relu(x)) @ self.weight.T
        return torch.cat([logit, logit.detach() + self.single], dim=1)


def test_a_network_by_hand() -> None:
    # The gradient of the weight is that of the logit, -1/2, times the mean of x, (5, 5): it does not vary, health 0.
    twice = 2 * math.log(1.6) / math.log(3)
    assert intrain(Rectified(), UNEVEN, LABELS) == pytest.approx(twice, rel=1e-5)
    # images whose means are 5 and 10: gradient -(5, 10) / 2, deviation 5 / 2 / sqrt 2, largest 5
    stretched = UNEVEN * torch.tensor([1.0, 2.0])  # variances 3 and 4
    dimensions = math.log(49 / 25)
    health = 2.5 / 2**0.5 / 5
    expected = 2 * dimensions * (1 + health) / math.log(3)
    assert intrain(Rectified(), stretched, LABELS) == pytest.approx(expected, rel=1e-5)
    assert intrain(Rectified(trained=False), stretched, LABELS) == pytest.approx(2 * dimensions / math.log(3), rel=1e-5)


class Biased(nn.Module):
    """A layer that learns nothing, and a bias whose gradient is (-p, p): its deviation is p sqrt 2, its largest p."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.bias = nn.Linear(2, 2, bias=False), nn.Parameter(torch.zeros(2))
        self.layer.weight.data = torch.eye(2)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x).detach() + self.bias


def test_health_is_at_most_1() -> None:
    assert intrain(Biased(), UNEVEN, LABELS) == pytest.approx(math.log(1.6) * 2 / math.log(2), rel=1e-5)


def test_without_relus_weighted_layers_count() -> None:
    layer = nn.Linear(2, 2, bias=False)
    layer.weight.data = torch.eye(2)
    trained = intrain(layer, UNEVEN, LABELS)
    # gradients of the rows are -p and p times x, p the probability of the second logit: rows (g, -g), each of two
    gradient = torch.autograd.grad(functional.cross_entropy(layer(UNEVEN), LABELS), layer.weight)[0].numpy()
    health = min(1.0, gradient.std(ddof=1) / abs(gradient).max())
    assert trained == pytest.approx(math.log(1.6) * (1 + health) / math.log(2), rel=1e-5)


def test_a_network_without_layers_scores_nothing() -> None:
    assert intrain(nn.Identity(), UNEVEN, LABELS) == 0
