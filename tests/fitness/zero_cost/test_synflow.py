"""Catches: signs, normalisation or the images' values that come through, a network that is changed by measuring, a
logarithm of something else, a deep network whose flow is beyond what a float holds."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import nn

from fitness.zero_cost.synflow import logsynflow, synflow

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


@pytest.mark.parametrize("measure", [synflow, logsynflow])
def test_the_network_stays_as_it_was(measure: Callable[..., float]) -> None:
    measured = network()
    measure(measured, torch.randn(2, 2), LABELS)
    assert torch.equal(measured[0].weight, network()[0].weight)
    assert measured[0].weight.dtype is torch.float32
    assert measured[0].weight.grad is None


@pytest.mark.parametrize("measure", [synflow, logsynflow])
def test_a_network_without_weights_has_no_flow(measure: Callable[..., float]) -> None:
    assert measure(nn.Flatten(), torch.ones(2, 2), LABELS) == 0


def test_the_logarithm_is_of_the_gradient_plus_one_and_not_of_the_weight() -> None:
    # hidden (3, 0.5) are the gradients of |-3| and |4|; those of the first layer's weights are 3, 3 and 4, 4
    by_hand = 3 * math.log(4) + 4 * math.log(1.5) + (1 + 2) * math.log(4) + 0.5 * math.log(5)
    plain = network()
    normalised = nn.Sequential(plain[0], nn.BatchNorm1d(2), *plain[1:])
    for measured in (plain, normalised):
        assert logsynflow(measured, torch.randn(2, 2), LABELS) == pytest.approx(by_hand)


def chain(depth: int) -> nn.Sequential:
    """Return a layer x -> |-2| x + |-5| and, behind it, so many that multiply by |-10|."""
    layers = [nn.Linear(1, 1, bias=number == 0) for number in range(1 + depth)]
    for number, layer in enumerate(layers):
        layer.weight.data.fill_(-10.0 if number else -2.0)
    layers[0].bias.data.fill_(-5.0)
    return nn.Sequential(*layers)


def of_chain(depth: int) -> float:
    """Return its score: the gradients are 10^depth of the first weight and 7 * 10^(depth - 1) of each other one."""
    first, other = depth * math.log(10), math.log(7) + (depth - 1) * math.log(10)
    return 2 * (first + math.log1p(math.exp(-first))) + 10 * depth * (other + math.log1p(math.exp(-other)))


@pytest.mark.parametrize("depth", [1, 2, 500])  # float64 ends at 10^308
def test_depth_is_no_limit_to_logarithms(depth: int) -> None:
    assert logsynflow(chain(depth), torch.ones(2, 1), LABELS) == pytest.approx(of_chain(depth), rel=1e-12)


@pytest.mark.parametrize("measured", [chain(900), nn.Linear(1, 1, bias=False)], ids=["too deep", "not a number"])
def test_an_endless_flow_has_no_score(measured: nn.Module) -> None:
    if isinstance(measured, nn.Linear):
        measured.weight.data.fill_(math.nan)
    with pytest.raises(ValueError, match="logsynflow: what flows through the network is infinite"):
        logsynflow(measured, torch.ones(2, 1), LABELS)


@pytest.mark.parametrize("measure", [synflow, logsynflow])
def test_a_flow_that_is_turned_round_counts_as_much(measure: Callable[..., float]) -> None:
    class Turned(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = network()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            flow: torch.Tensor = -self.inner(x)
            return flow

    assert measure(Turned(), torch.ones(2, 2), LABELS) == measure(network(), torch.ones(2, 2), LABELS)
