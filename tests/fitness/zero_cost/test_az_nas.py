"""Catches: eigenvalues that are not shares, the entropy of values in place of channels, the largest growth, a spectral
norm of sums, pixels that are not stacked, an identity that comes first. Expected values are worked by hand."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.zero_cost.az_nas import az_expressivity, az_progressivity, az_trainability
from spaces import FeatureInfo, FeatureNetwork

NO_LABELS = torch.zeros(2, dtype=torch.int64)
WORST = 2 - 1e6
# Two channels without correlation, of variance 3 and 1.
UNEVEN = torch.tensor([[3**0.5, 1.0], [-(3**0.5), 1.0], [3**0.5, -1.0], [-(3**0.5), -1.0]])[:, :, None, None] + 5
ENTROPY = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))


class Chain(FeatureNetwork):
    """A network whose stages are functions, one after another."""

    def __init__(self, *stages: object) -> None:
        super().__init__()
        self.stages = stages
        self.feature_info = [FeatureInfo(1, 1) for _ in stages]

    def forward_features(self, x: Tensor) -> list[Tensor]:
        return [x := stage(x) for stage in self.stages]  # type: ignore[operator]

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_features(x)[-1].mean((2, 3))


def turned(x: Tensor) -> Tensor:
    """Return the map with its channels mixed by a rotation, which leaves their shares alone."""
    return torch.einsum("bchw,cd->bdhw", x, torch.tensor([[0.6, 0.8], [-0.8, 0.6]]))


def evened(x: Tensor) -> Tensor:
    return x / x.std((0, 2, 3), keepdim=True)


def test_expressivity_is_the_sum_of_entropies() -> None:
    network = Chain(nn.Identity(), turned, evened)
    assert az_expressivity(network, UNEVEN, NO_LABELS) == pytest.approx(2 * ENTROPY + _entropy_of_turned(), rel=1e-4)


def _entropy_of_turned() -> float:
    values = evened(turned(UNEVEN))[:, :, 0, 0].numpy()
    shares = np.linalg.eigvalsh(np.cov(values.T))
    shares = shares / shares.sum()
    return float(-(shares * np.log(shares)).sum())


def test_positions_are_samples_as_images_are() -> None:
    assert az_expressivity(Chain(nn.Identity()), UNEVEN.permute(2, 1, 0, 3), NO_LABELS) == pytest.approx(ENTROPY)


def test_a_constant_map_expresses_nothing() -> None:
    assert az_expressivity(Chain(torch.zeros_like), UNEVEN, NO_LABELS) == 0


@pytest.mark.parametrize("measure", [az_expressivity, az_trainability])
def test_maps_that_are_no_numbers_are_no_score(measure: Callable[..., float]) -> None:
    network = Chain(nn.Identity(), lambda x: x * math.nan)
    assert math.isnan(measure(network, UNEVEN, NO_LABELS))


def test_progressivity_is_the_least_growth() -> None:
    network = Chain(torch.zeros_like, lambda _: UNEVEN, evened, lambda _: evened(UNEVEN))
    growths = [ENTROPY, math.log(2) - ENTROPY, 0]
    assert az_progressivity(network, UNEVEN, NO_LABELS) == pytest.approx(min(growths), abs=1e-6)
    shorter = Chain(torch.zeros_like, lambda _: UNEVEN, evened)
    assert az_progressivity(shorter, UNEVEN, NO_LABELS) == pytest.approx(min(growths[:2]), abs=1e-6)


@pytest.mark.parametrize(("factor", "expected"), [(1.0 + 1e-3, 0), (2.0, -0.5), (-0.5, -0.5)])
def test_a_block_that_scales_gradients_by_hand(factor: float, expected: float) -> None:
    network = Chain(nn.Identity(), lambda x: x * factor)
    assert az_trainability(network, torch.rand(2, 1, 4, 4), NO_LABELS) == pytest.approx(expected, abs=1e-4)


def test_pixels_that_become_one_are_stacked() -> None:
    # a sum of four pixels hands each the gradient of 1 or -1: (1, 1, 1, 1) beside (1), of norm 2
    network = Chain(nn.Identity(), lambda x: functional.avg_pool2d(x, 2) * 4)
    assert az_trainability(network, torch.rand(2, 1, 5, 4), NO_LABELS) == pytest.approx(-0.5, abs=1e-5)
    doubled = Chain(nn.Identity(), lambda x: functional.interpolate(x, scale_factor=2))
    assert math.isfinite(az_trainability(doubled, torch.rand(2, 1, 4, 4), NO_LABELS))


def test_channels_by_an_independent_computation() -> None:
    weight = torch.tensor([[1.0, 2.0], [0.0, 1.0], [1.0, 1.0]])
    images = torch.rand(3, 2, 2, 2)
    torch.manual_seed(5)
    score = az_trainability(Chain(nn.Identity(), lambda x: torch.einsum("bchw,dc->bdhw", x, weight)), images, NO_LABELS)
    torch.manual_seed(5)
    signs = (torch.randint(2, (3, 3, 2, 2)) * 2 - 1).permute(0, 2, 3, 1).reshape(-1, 3).double().numpy()
    s = np.linalg.svd((signs @ weight.double().numpy()).T @ signs / len(signs), compute_uv=False)[0]
    assert score == pytest.approx(2 - s - 1 / s, rel=1e-4)


@pytest.mark.parametrize("block", [nn.Identity(), torch.zeros_like, lambda x: x * 0])
def test_what_changes_nothing_or_lets_nothing_through_comes_last(block: object) -> None:
    assert az_trainability(Chain(nn.Identity(), block), torch.rand(2, 1, 4, 4), NO_LABELS) == pytest.approx(WORST)


def test_the_mean_is_over_blocks() -> None:
    network = Chain(nn.Identity(), lambda x: x * 2, lambda x: x * 4)
    expected = (-0.5 + 2 - 4 - 1 / 4) / 2
    assert az_trainability(network, torch.rand(2, 1, 4, 4), NO_LABELS) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("measure", [az_progressivity, az_trainability])
def test_one_map_is_too_few(measure: object) -> None:
    with pytest.raises(ValueError, match=f"{measure.__name__}: the network has one map"):
        measure(Chain(nn.Identity()), UNEVEN, NO_LABELS)
