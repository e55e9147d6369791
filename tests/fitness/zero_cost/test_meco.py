"""Catches: covariances in place of correlations, another eigenvalue, a channel that does not vary, a layer left out."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from fitness.zero_cost.meco import meco, smallest_eigenvalue

NO_LABELS = torch.zeros(2)


def test_half_correlated_channels_by_hand() -> None:
    # (1, -1, 0) and (10, 0, -10): correlation 1/2, so eigenvalues 3/2 and 1/2
    assert smallest_eigenvalue(torch.tensor([[1.0, 10.0], [-1.0, 0.0], [0.0, -10.0]])) == pytest.approx(0.5)


def test_the_eigenvalues_of_few_channels() -> None:
    assert smallest_eigenvalue(torch.tensor([[1.0], [2.0]])) == pytest.approx(1)  # of one channel
    assert smallest_eigenvalue(torch.tensor([[1.0, 7.0], [2.0, 7.0]])) == pytest.approx(0)  # the other does not vary
    assert smallest_eigenvalue(torch.tensor([[1.0, 3.0], [2.0, 6.0]])) == pytest.approx(0)  # the same twice


def test_every_layer_and_every_relu_counts() -> None:
    torch.manual_seed(3)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 1), nn.Tanh())
    x = torch.randn(2, 3, 6, 6)
    with torch.no_grad():
        maps = [network[:layers](x).numpy() for layers in (1, 3, 4)]
    smallest = [np.linalg.eigvalsh(np.corrcoef(np.moveaxis(each, 1, 0).reshape(each.shape[1], -1)))[0] for each in maps]
    assert meco(network, x, NO_LABELS) == pytest.approx(sum(smallest), rel=1e-5)


def test_a_classifier_counts_over_the_images() -> None:
    layer = nn.Linear(2, 2, bias=False)
    layer.weight.data = torch.eye(2)
    assert meco(layer, torch.tensor([[1.0, 10.0], [-1.0, 0.0], [0.0, -10.0]]), NO_LABELS) == pytest.approx(0.5)


@pytest.mark.parametrize(("network", "reason"), [(nn.Flatten(), "has no layer"), (nn.Linear(2, 2), "is not finite")])
def test_what_has_no_correlations_is_an_error(network: nn.Module, reason: str) -> None:
    with pytest.raises(ValueError, match=f"meco: .* {reason}"):
        meco(network, torch.full((2, 2), math.nan), NO_LABELS)
