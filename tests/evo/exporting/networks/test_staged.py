"""Catches: a stage that reads another than the one before it, a classifier that reads another than the last."""

import torch
from torch import nn

from evo.exporting.networks.staged import NetworkOfStages
from evo.exporting.networks.stages import Stage, Stages


class Plus(nn.Module):
    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 10 * x + self.value


def test_parts_stand_in_a_row() -> None:
    info = Stages([Stage(1, 1), Stage(1, 1)])
    network = NetworkOfStages(Plus(1), [Plus(2), Plus(3)], Plus(4), info)
    assert [int(stage) for stage in network.forward_features(torch.zeros(()))] == [12, 123]
    assert int(network(torch.zeros(()))) == 1234
    assert network.feature_info is info
