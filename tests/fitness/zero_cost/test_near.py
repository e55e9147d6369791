"""Catches: ranks in place of effective ones, a map that is not cut, a layer or an activation that is left out."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from fitness.zero_cost.near import effective_rank, near

NO_LABELS = torch.zeros(2)


def test_equal_singular_values_count_full_and_one_alone_counts_once() -> None:
    assert effective_rank(3 * torch.eye(4)) == pytest.approx(4)
    assert effective_rank(torch.ones(5, 3)) == pytest.approx(1)
    assert effective_rank(torch.zeros(3, 3)) == 0


def test_unequal_singular_values_by_hand() -> None:
    # shares 3/4 and 1/4 of |-3| and 1
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert effective_rank(torch.diag(torch.tensor([-3.0, 1.0]))) == pytest.approx(math.exp(entropy))


def of_numpy(matrix: np.ndarray) -> float:
    values = np.linalg.svd(matrix, compute_uv=False)
    shares = values / values.sum()
    return float(np.exp(-np.sum(shares * np.log(shares))))


def test_every_layer_counts_before_and_after_its_activation() -> None:
    torch.manual_seed(3)
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2))
    x = torch.randn(4, 3)
    with torch.no_grad():
        maps = [layer(x) for layer in [network[:1], network[:2], network[:3]]]
        pairs = network(x).numpy()
    squares = sum(of_numpy(each.numpy()) for each in maps)
    torch.manual_seed(3)
    possible = [squares + of_numpy(pairs[first : first + 2]) for first in range(3)]  # two rows of the last one's four
    found = {round(near(network, x, NO_LABELS), 4) for _ in range(20)}
    assert len(found) == 3
    assert found == {round(value, 4) for value in possible}


def test_a_convolution_counts_as_many_places_as_channels() -> None:
    layer = nn.Conv2d(1, 2, 1, bias=False)
    layer.weight.data = torch.tensor([1.0, 1.0])[:, None, None, None]
    assert near(layer, torch.randn(2, 1, 3, 3), NO_LABELS) == pytest.approx(1)  # both channels are the same
    layer = nn.Conv2d(2, 2, 1, bias=False)
    layer.weight.data = torch.eye(2)[:, :, None, None]
    checkered = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).repeat(2, 1)  # any two places that follow each other
    x = torch.stack([checkered[:, 0], checkered[:, 1]]).view(1, 2, 2, 2)
    assert near(layer, x, NO_LABELS) == pytest.approx(2)


@pytest.mark.parametrize(("network", "reason"), [(nn.Flatten(), "has no layer"), (nn.Linear(2, 2), "is not finite")])
def test_what_has_no_rank_is_an_error(network: nn.Module, reason: str) -> None:
    x = torch.full((2, 2), math.nan)
    with pytest.raises(ValueError, match=f"near: .* {reason}"):
        near(network, x, NO_LABELS)


def test_a_network_without_layers_has_activations() -> None:
    class Function(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.relu(x)

    assert near(Function(), 2 * torch.eye(3), NO_LABELS) == pytest.approx(3)
