"""Residual networks of the NDS study, described by data (Radosavovic et al., On Network Design Spaces, 2019).

A network is a 3x3 stem, stages of residual blocks, global average pooling and a linear classifier. Every stage is
shown before the ReLU that would end it: that ReLU opens whatever reads the stage, and the stem has none either.

Letters: B batch, C channels, H height, W width.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from operator import mul

from torch import Tensor, nn

from spaces.base import FeatureInfo
from spaces.staged_network import StagedNetwork


class BlockKind(StrEnum):
    """What a residual block computes beside its shortcut."""

    BASIC = "basic"  # two 3x3 convolutions
    BOTTLENECK = "bottleneck"  # 1x1, grouped 3x3, 1x1


@dataclass(frozen=True)
class StageSpec:
    """One stage of residual blocks.

    depth: number of blocks; width: channels of their outputs; stride: of the first block, the others have 1.
    bot_mul: inner channels of a bottleneck as a part of ``width``; groups: number of groups (not their width) of its
    3x3 convolution. Basic blocks use neither.
    """

    depth: int
    width: int
    stride: int
    bot_mul: float = 1.0
    groups: int = 1


@dataclass(frozen=True)
class ResidualSpec:
    """A whole network: the block kind of all stages, the channels of the stem and the stages, fine to coarse."""

    block: BlockKind
    stem_width: int
    stages: tuple[StageSpec, ...]

    @property
    def reductions(self) -> tuple[int, ...]:
        """By how much the maps of each stage are smaller than the input."""
        return tuple(accumulate((stage.stride for stage in self.stages), mul))


def build_residual_network(spec: ResidualSpec, input_channels: int, num_outputs: int) -> StagedNetwork:
    """Return the network of a description, with torch's default initial weights."""
    widths = [stage.width for stage in spec.stages]
    widths_in = [spec.stem_width, *widths[:-1]]
    return StagedNetwork(
        stem=_conv_norm(input_channels, spec.stem_width, 3),
        stages=[
            _residual_stage(spec.block, width_in, stage) for width_in, stage in zip(widths_in, spec.stages, strict=True)
        ],
        classifier=nn.Sequential(nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], num_outputs)),
        feature_info=[FeatureInfo(*stage) for stage in zip(widths, spec.reductions, strict=True)],
    )


class ResidualBlock(nn.Module):
    """ReLU, then a transform plus a shortcut: maps before ReLU come in and go out.

    The ReLU stands first, once for both branches, so that a stage can be shown without it.
    """

    def __init__(self, transform: nn.Module, shortcut: nn.Module) -> None:
        """Keep the two branches."""
        super().__init__()
        self.relu = nn.ReLU()
        self.transform = transform
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C', H / stride, W / stride]."""
        x = self.relu(x)
        total: Tensor = self.transform(x) + self.shortcut(x)
        return total


def _residual_stage(block: BlockKind, width_in: int, stage: StageSpec) -> nn.Sequential:
    first = _residual_block(block, width_in, stage, stage.stride)
    return nn.Sequential(first, *(_residual_block(block, stage.width, stage, 1) for _ in range(stage.depth - 1)))


def _residual_block(block: BlockKind, width_in: int, stage: StageSpec, stride: int) -> ResidualBlock:
    transform = _basic if block is BlockKind.BASIC else _bottleneck
    same_shape = stride == 1 and width_in == stage.width
    shortcut = nn.Identity() if same_shape else _conv_norm(width_in, stage.width, 1, stride=stride)
    return ResidualBlock(transform(width_in, stage, stride), shortcut)


def _basic(width_in: int, stage: StageSpec, stride: int) -> nn.Sequential:
    return nn.Sequential(
        _conv_norm(width_in, stage.width, 3, stride=stride),
        nn.ReLU(),
        _conv_norm(stage.width, stage.width, 3),
    )


def _bottleneck(width_in: int, stage: StageSpec, stride: int) -> nn.Sequential:
    inner = round(stage.width * stage.bot_mul)
    return nn.Sequential(
        _conv_norm(width_in, inner, 1),
        nn.ReLU(),
        _conv_norm(inner, inner, 3, stride=stride, groups=stage.groups),
        nn.ReLU(),
        _conv_norm(inner, stage.width, 1),
    )


def _conv_norm(width_in: int, width_out: int, kernel: int, *, stride: int = 1, groups: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(width_in, width_out, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(width_out))
