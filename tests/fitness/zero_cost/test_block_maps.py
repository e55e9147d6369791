"""Catches: a container taken for a block, a layer taken for one, the classifier's maps counted, a hook left behind."""

import torch
from torch import Tensor, nn

from fitness.zero_cost.block_maps import block_maps
from spaces import FeatureInfo, FeatureNetwork, InputSpec
from spaces.nasbench201.space import NasBench201
from tests.tiny import TinyNetworks

CELL = "|nor_conv_1x1~0|+|none~0|none~1|+|skip_connect~0|nor_conv_3x3~1|none~2|"


def test_stem_cells_and_what_stands_between_them_are_blocks() -> None:
    space = NasBench201(stem_channels=4, cells_per_stage=2)
    network = space.build(space.decode(CELL), InputSpec(3, 8), 10)
    maps = block_maps(network, torch.rand(2, 3, 8, 8))
    shapes = [(4, 8)] * 3 + [(8, 4)] * 3 + [(16, 2)] * 3  # stem and two cells; twice a reduction and two cells
    assert [(found.shape[1], found.shape[2]) for found in maps] == shapes
    stages = network.forward_features(torch.rand(2, 3, 8, 8))
    assert len(stages) == 3
    assert not any(module._forward_hooks for module in network.modules())


def test_a_network_of_layers_alone_has_the_maps_of_its_stages() -> None:
    maps = block_maps(TinyNetworks().build(2, InputSpec(3, 8), 10), torch.rand(2, 3, 8, 8))
    assert [tuple(found.shape[1:]) for found in maps] == [(2, 8, 8), (2, 4, 4), (4, 2, 2)]


class Forked(nn.Module):
    """A block that returns two maps."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 3, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.layers(x)
        return x, x


class Nested(FeatureNetwork):
    """Blocks in lists of lists, behind one that returns two maps, and one that returns no map."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Forked()
        self.stages = nn.ModuleList(
            nn.ModuleList(nn.Sequential(nn.Conv2d(3, width, 1), nn.ReLU(), nn.Conv2d(width, 3, 1)) for width in widths)
            for widths in ([4], [5, 6])
        )
        self.aside = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.feature_info = [FeatureInfo(3, 1)]

    def forward_features(self, x: Tensor) -> list[Tensor]:
        x, _ = self.stem(x)
        for stage in self.stages:
            for block in stage.children():
                x = block(x) + x
        return [x + self.aside(x)[:, :, None, None]]

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_features(x)[-1].mean((2, 3))


def test_lists_of_lists_are_opened() -> None:
    assert len(block_maps(Nested(), torch.rand(1, 3, 2, 2))) == 3
