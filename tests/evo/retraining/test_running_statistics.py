"""Catches: fresh statistics that stay 0 and 1, or follow the last batch; ones that are overwritten, or inherited ones
that are not; images that are left out; a norm that is left in training mode or with another momentum.
"""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from evo.retraining.running_statistics import measure_statistics, take_statistics, whole_batches
from spaces import FeatureNetwork


class TwoNorms(FeatureNetwork):
    """A norm that has seen batches, and a fresh one that reads what it gives."""

    def __init__(self) -> None:
        super().__init__()
        self.seen, self.fresh, self.batch = nn.BatchNorm2d(3), nn.BatchNorm2d(3, momentum=0.5), _of_the_batch()
        self.seen(torch.randn(8, 3, 2, 2, generator=torch.Generator().manual_seed(0)))

    def forward_features(self, x: Tensor) -> list[Tensor]:
        return [self.batch(self.fresh(self.seen(x)))]

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_features(x)[-1]


def _of_the_batch() -> nn.BatchNorm2d:
    return nn.BatchNorm2d(3, track_running_stats=False)


def batches() -> list[Tensor]:
    return [5 + 2 * torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(seed)) for seed in range(3)]


def test_fresh_statistics_are_the_mean_of_all_batches_and_others_stay() -> None:
    network = TwoNorms()
    before = {name: value.clone() for name, value in network.seen.state_dict().items()}
    assert take_statistics(network, batches()) == 1
    assert all(torch.equal(value, before[name]) for name, value in network.seen.state_dict().items())
    mean, scale = before["running_mean"].numpy(), np.sqrt(before["running_var"].numpy() + 1e-5)
    read = [(batch.permute(1, 0, 2, 3).flatten(1).numpy() - mean[:, None]) / scale[:, None] for batch in batches()]
    assert network.fresh.running_mean is not None
    assert network.fresh.running_var is not None
    assert network.fresh.running_mean.numpy() == pytest.approx(np.mean([x.mean(1) for x in read], 0), rel=1e-5)
    assert network.fresh.running_var.numpy() == pytest.approx(np.mean([x.var(1, ddof=1) for x in read], 0), rel=1e-5)


def test_afterwards_it_is_as_it_was_and_nothing_is_fresh() -> None:
    network = TwoNorms()
    take_statistics(network, batches())
    assert network.fresh.momentum == 0.5
    assert not any(module.training for module in network.modules())
    assert take_statistics(network, batches()) == 0


def test_measured_anew_are_all_norms_whatever_they_have_seen_each_as_in_training_mode() -> None:
    network, images = TwoNorms(), 3 + torch.randn(600, 3, 2, 2, generator=torch.Generator().manual_seed(9))
    assert measure_statistics(network, images) == 600
    parts = [part.permute(1, 0, 2, 3).flatten(1).numpy() for part in images.split(200)]
    for norm, read in ((network.seen, parts), (network.fresh, [_normalised(part) for part in parts])):
        assert norm.running_mean is not None
        assert norm.running_var is not None
        assert norm.running_mean.numpy() == pytest.approx(np.mean([x.mean(1) for x in read], 0), rel=1e-4, abs=1e-5)
        assert norm.running_var.numpy() == pytest.approx(np.mean([x.var(1, ddof=1) for x in read], 0), rel=1e-4)
    assert not any(module.training for module in network.modules())
    assert network.seen.momentum == 0.1


def _normalised(part: np.ndarray) -> np.ndarray:
    normal: np.ndarray = (part - part.mean(1, keepdims=True)) / np.sqrt(part.var(1, keepdims=True) + 1e-5)
    return normal


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (24, [24]), (250, [250]), (251, [125, 125]), (1000, [250] * 4), (999, [249] * 4)]
)
def test_batches_are_whole_equal_and_at_most_250(count: int, sizes: list[int]) -> None:
    images = torch.arange(count, dtype=torch.float32).reshape(-1, 1, 1, 1)
    batches = whole_batches(images)
    assert [len(batch) for batch in batches] == sizes
    assert torch.equal(torch.cat(list(batches)), images[: sum(sizes)])
