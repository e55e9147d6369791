"""Catches: signs, normalisation or the images' values that come through, a network that is changed by measuring."""

import pytest
import torch
from torch import nn

from fitness.zero_cost.saliency import synflow

LABELS = torch.zeros(2, dtype=torch.int64)


def network() -> nn.Sequential:
    first, second = nn.Linear(2, 2, bias=False), nn.Linear(2, 1, bias=False)
    first.weight.data = torch.tensor([[1.0, -2.0], [0.5, 0.0]])
    second.weight.data = torch.tensor([[-3.0, 4.0]])
    return nn.Sequential(first, nn.ReLU(), second)


def test_every_layer_passes_on_the_whole_flow() -> None:
    # |weights|: hidden (3, 0.5), output 3 * 3 + 4 * 0.5 = 11; each of the two layers sums to that
    assert synflow(network(), torch.randn(2, 2), LABELS) == pytest.approx(22)


def test_normalisation_is_passed_by() -> None:
    plain = network()
    normalised = nn.Sequential(plain[0], nn.BatchNorm1d(2), *plain[1:])
    assert synflow(normalised, torch.randn(2, 2), LABELS) == pytest.approx(22)


def test_biases_carry_flow_but_are_not_counted() -> None:
    layer = nn.Linear(1, 1)
    layer.weight.data.fill_(-2.0)
    layer.bias.data.fill_(-5.0)
    after = nn.Linear(1, 1, bias=False)
    after.weight.data.fill_(3.0)
    # output 3 * (2 + 5) = 21: the second layer's weight carries all of it, the first's 2 * 3
    assert synflow(nn.Sequential(layer, after), torch.ones(2, 1), LABELS) == pytest.approx(21 + 6)


def test_the_network_stays_as_it_was() -> None:
    measured = network()
    synflow(measured, torch.randn(2, 2), LABELS)
    assert torch.equal(measured[0].weight, network()[0].weight)
    assert measured[0].weight.dtype is torch.float32
    assert measured[0].weight.grad is None


def test_a_network_without_weights_has_no_flow() -> None:
    assert synflow(nn.Flatten(), torch.ones(2, 2), LABELS) == 0
