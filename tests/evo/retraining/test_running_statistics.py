"""Catches: fresh statistics that stay 0 and 1, or follow the last batch; inherited ones that are overwritten; a norm
that is left in training mode or with another momentum.
"""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from evo.retraining.running_statistics import take_statistics
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
