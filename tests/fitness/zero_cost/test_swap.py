"""Catches: patterns per image in place of per unit, more images than fit into a number, weights that are not drawn
anew, a regularisation that is on by default or wrong."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from fitness import FITNESSES, EvalContext
from fitness.zero_cost.swap import SwapFitness, patterns, swap
from tests.tiny import DroppingNetworks

MakeContext = Callable[..., EvalContext]
NO_LABELS = torch.zeros(2)


def test_units_that_switch_alike_count_once() -> None:
    # three images, five units: off-off-on, on-off-off, off-off-on, never, always; 0 is off
    x = torch.tensor([[-1.0, 1.0, -2.0, 0.0, 1.0], [-1.0, -1.0, -2.0, -1.0, 2.0], [1.0, -1.0, 3.0, -1.0, 3.0]])
    assert patterns(nn.ReLU(), x) == 4
    assert patterns(nn.Sequential(nn.ReLU(), nn.ReLU()), x) == 4  # the second repeats the first
    assert patterns(nn.ReLU(), x.T) == 3  # on-off-on for two of three units


@pytest.mark.parametrize("images", [2, 31, 32, 70])
def test_any_number_of_images(images: int) -> None:
    x = torch.from_numpy(np.random.default_rng(1).standard_normal((images, 40, 2, 1)))
    x[:, :5] = x[:, 5:10]  # equal units
    x[-1, 10:12] = -x[-1, 12:14]  # differ in the last image alone
    x[:-1, 10:12] = x[:-1, 12:14]
    expected = len({tuple(unit) for unit in (x.numpy().reshape(images, -1) > 0).T})
    assert patterns(nn.ReLU(), x) == expected


def test_maps_of_all_relus_count_together() -> None:
    layer = nn.Linear(2, 2, bias=False)
    layer.weight.data = -torch.eye(2)
    x = torch.tensor([[1.0, -1.0], [1.0, 1.0]])
    # on-on, off-on; then what is positive becomes negative, and what is 0 stays: never, never
    assert patterns(nn.Sequential(nn.ReLU(), layer, nn.ReLU()), x) == 3


def test_weights_are_standard_normal_and_biases_zero() -> None:
    torch.manual_seed(1)
    network = nn.Sequential(nn.Conv2d(3, 40, 3), nn.BatchNorm2d(40), nn.ReLU(), nn.Flatten(), nn.Linear(40, 50))
    network[1].weight.data.fill_(7.0)
    swap(network, torch.randn(2, 3, 3, 3), NO_LABELS)
    for layer in (network[0], network[4]):
        assert float(layer.weight.detach().std()) == pytest.approx(1, abs=0.1)
        assert float(layer.bias.detach().abs().sum()) == 0
    assert float(network[1].weight.detach().min()) == 7


def test_regularisation_is_off_unless_asked_for(make_context: MakeContext) -> None:
    from dataclasses import replace

    def score(**options: float) -> float:
        fitness = FITNESSES.build("swap", {"batch": 4, **options})
        assert isinstance(fitness, SwapFitness)
        return fitness(3, replace(make_context(), space=DroppingNetworks())).value

    # of 3, 3 and 6 channels: (27 + 1) * 3 + (27 + 1) * 3 + (27 + 1) * 6 weights and biases, and (6 + 1) * 10 = 406
    assert score(mu=0.5, sigma=2.0) == pytest.approx(score() * math.exp(-((0.406 - 0.5) ** 2) / 2))
    assert score(mu=0.5) == score() > 1


@pytest.mark.parametrize("options", [{"sigma": -1.0}, {"mu": math.inf}, {"sigma": math.nan}])
def test_a_size_that_cannot_be_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="mu has to be finite, and sigma 0, for none, or more"):
        SwapFitness(measure="swap", **options)  # type: ignore[arg-type]


def test_no_relu_is_an_error() -> None:
    with pytest.raises(ValueError, match="swap: the network has no ReLU"):
        swap(nn.Linear(2, 2), torch.ones(2, 2), NO_LABELS)
