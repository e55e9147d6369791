"""Catches: another norm, a missing factor or sign, weights counted that are no weights of a convolution or linear
layer, a network without weights that ends in an exception. Expected values are worked by hand."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.zero_cost.saliency import fisher, grad_norm, grasp, snip, weights_of

ONE_LABEL = torch.tensor([0])


def linear(*rows: list[float]) -> nn.Linear:
    layer = nn.Linear(len(rows[0]), len(rows), bias=False)
    layer.weight.data = torch.tensor(rows)
    return layer


# Logits 1 and 1, so probabilities 1/2 and 1/2 and a gradient of -1/2 and 1/2 at the logits; x = (1, 2).
EVEN, X = linear([1.0, 0.0], [1.0, 0.0]), torch.tensor([[1.0, 2.0]])


def test_grad_norm_is_the_euclidean_norm_of_the_gradient() -> None:
    assert grad_norm(EVEN, X, ONE_LABEL) == pytest.approx(math.sqrt(0.25 + 1 + 0.25 + 1))


def test_grad_norm_adds_the_norms_of_the_layers() -> None:
    # second layer: gradient (-1/2, 1/2) x hidden (1): norm sqrt(1/2); first: hidden gradient -1/2 * 1 + 1/2 * 1 = 0
    network = nn.Sequential(linear([1.0, 0.0]), linear([1.0], [1.0]))
    assert grad_norm(network, X, ONE_LABEL) == pytest.approx(math.sqrt(0.5))


class Stacked(nn.Module):
    """Logits that are a linear layer's and, added to them, those of two layers of one row each, held in one weight."""

    def __init__(self, *, trained: bool = True) -> None:
        super().__init__()
        self.stacked = nn.Parameter(torch.tensor([[1.0, 0.0], [1.0, 0.0]]), requires_grad=trained)
        self.plain = linear([1.0, 0.0], [1.0, 0.0])

    def layer_weights(self) -> list[tuple[Tensor, int]]:
        return [(self.stacked, 2)]

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = x @ self.stacked.T + self.plain(x)
        return logits


def test_grad_norm_takes_layers_that_share_a_weight_apart() -> None:
    # logits are equal again: the rows of either weight have gradients -+(1, 2) / 2; stacked, each row is a layer
    expected = math.sqrt(0.25 + 1) * 2 + math.sqrt(2 * (0.25 + 1))
    assert grad_norm(Stacked(), X, ONE_LABEL) == pytest.approx(expected)


def test_weights_that_are_not_trained_count_nothing() -> None:
    network = Stacked(trained=False)
    assert len(weights_of(network)) == 1
    assert snip(network, X, ONE_LABEL) == pytest.approx(1 * 0.5 + 1 * 0.5)


def test_snip_is_the_sum_of_weight_times_gradient() -> None:
    assert snip(EVEN, X, ONE_LABEL) == pytest.approx(1 * 0.5 + 1 * 0.5)


def test_grasp_is_minus_weight_times_hessian_times_gradient() -> None:
    # logits ln 3 and 0: p = 3/4, 1/4; g = (-1/4, 1/4); H = 3/16 * [[1, -1], [-1, 1]]; Hg = (-3/32, 3/32)
    network = linear([math.log(3)], [0.0])
    assert grasp(network, torch.ones(1, 1), ONE_LABEL) == pytest.approx(math.log(3) * 3 / 32)


def test_fisher_is_half_the_squared_activation_times_gradient_for_every_weight_of_a_channel() -> None:
    # each of two channels: (1 * 1/2)^2 / 2, times two weights
    assert fisher(EVEN, X, ONE_LABEL) == pytest.approx(2 * 2 * 0.125)


def test_fisher_sums_over_positions_before_it_squares_and_takes_the_mean_over_the_batch() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convolution = nn.Conv1d(1, 2, 1, bias=False)
            nn.init.ones_(self.convolution.weight)

        def forward(self, x: Tensor) -> Tensor:
            return self.convolution(x).sum(2)

    # image 1: positions 1 and 2, logits 3 and 3, label 0; gradients of the mean loss -1/4 and 1/4 at each position:
    # sum over positions 3 * 1/4; image 2 is zero. Mean over both of (3/4)^2 / 2 is 9/64, for two channels.
    images = torch.tensor([[[1.0, 2.0]], [[0.0, 0.0]]])
    assert fisher(Twice(), images, torch.tensor([0, 0])) == pytest.approx(2 * 9 / 64)


@pytest.mark.parametrize("measure", [grad_norm, snip, grasp, fisher])
@pytest.mark.parametrize("network", [nn.Flatten(), nn.BatchNorm1d(2)])
def test_a_network_without_weights_scores_nothing(measure: Callable[..., float], network: nn.Module) -> None:
    assert measure(network, torch.ones(2, 2), torch.tensor([0, 1])) == 0


@pytest.mark.parametrize("measure", [grad_norm, snip, grasp, fisher])
def test_weights_that_the_output_does_not_depend_on_count_nothing(measure: Callable[..., float]) -> None:
    class Unused(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = EVEN, nn.Linear(2, 2)

        def forward(self, x: Tensor) -> Tensor:
            output: Tensor = self.used(x)
            return output

    assert measure(Unused(), X, ONE_LABEL) == measure(EVEN, X, ONE_LABEL)


def test_biases_and_normalisation_are_no_weights() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2))
    assert [tuple(weight.shape) for weight in weights_of(network)] == [(4, 3, 3, 3), (2, 4)]


def test_layers_called_as_functions_are_seen_by_fisher() -> None:
    class Functional(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return functional.linear(x, EVEN.weight)

    assert fisher(Functional(), X, ONE_LABEL) == fisher(EVEN, X, ONE_LABEL)
