"""Catches: a stage left out, shown in the wrong order or fed with something else than the stage before it."""

import torch
from torch import Tensor, nn

from spaces import FeatureInfo
from spaces.staged_network import StagedNetwork


class Affine(nn.Module):
    """Multiplies, then adds."""

    def __init__(self, factor: float, term: float) -> None:
        super().__init__()
        self.factor, self.term = factor, term

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x + self.term


def test_parts_are_applied_in_a_row_and_each_stage_is_shown() -> None:
    info = [FeatureInfo(1, 1), FeatureInfo(1, 1)]
    network = StagedNetwork(Affine(2, 1), [Affine(3, 0), Affine(1, 5)], nn.Flatten(), info)
    x = torch.ones(2, 1, 1, 1)
    assert [feature.flatten().tolist() for feature in network.forward_features(x)] == [[9, 9], [14, 14]]
    assert network(x).tolist() == [[14], [14]]
    assert network.feature_info == info
