"""Networks of the NDS study's grids, described by data (Radosavovic et al., On Network Design Spaces, 2019).

A network is a stem, stages of blocks, global average pooling and a linear classifier. Every stage is shown before the
ReLU that would end it: that ReLU opens whatever reads the stage, and the stem has none either.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from operator import mul

from torch import Tensor, nn

from spaces.base import FeatureInfo
from spaces.staged_network import StagedNetwork
from spaces.strided_convolution import build_convolution


class BlockKind(StrEnum):
    """What a block computes."""

    BASIC = "basic"  # two 3x3 convolutions beside a shortcut
    BOTTLENECK = "bottleneck"  # 1x1, grouped 3x3, 1x1 beside a shortcut
    VANILLA = "vanilla"  # two 3x3 convolutions alone


class StemKind(StrEnum):
    """What stands before the first stage."""

    SMALL = "small"  # one 3x3 convolution
    # Published of the ImageNet stem is its stride of 8. Assumed: three 3x3 convolutions of stride 2, the first of half
    # the width, as in the same laboratory's networks for ImageNet (Liu et al., Are Labels Necessary for NAS, 2020).
    IMAGENET = "imagenet"

    @property
    def stride(self) -> int:
        """By how much the maps that leave the stem are smaller than the input."""
        return 8 if self is StemKind.IMAGENET else 1


@dataclass(frozen=True)
class StageSpec:
    """One stage of blocks.

    depth: number of blocks
    width: channels of their outputs
    stride: of the first block, the others have 1
    inner: channels between the 1x1 convolutions of a bottleneck; other blocks have none
    groups: number of groups (not their width) of a bottleneck's 3x3 convolution
    """

    depth: int
    width: int
    stride: int
    inner: int = 0
    groups: int = 1


@dataclass(frozen=True)
class NetworkSpec:
    """A whole network: the block kind of all stages, the stem and its channels, the stages, fine to coarse."""

    block: BlockKind
    stem: StemKind
    stem_width: int
    stages: tuple[StageSpec, ...]

    @property
    def reductions(self) -> tuple[int, ...]:
        """By how much the maps of each stage are smaller than the input."""
        strides = (self.stem.stride, *(stage.stride for stage in self.stages))
        return tuple(accumulate(strides, mul))[1:]


def build_nds_network(spec: NetworkSpec, input_channels: int, num_outputs: int) -> StagedNetwork:
    """Return the network of a description, with torch's default initial weights."""
    widths = [stage.width for stage in spec.stages]
    widths_in = [spec.stem_width, *widths[:-1]]
    return StagedNetwork(
        stem=_stem(spec, input_channels),
        stages=[_stage(spec.block, width_in, stage) for width_in, stage in zip(widths_in, spec.stages, strict=True)],
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


def _stem(spec: NetworkSpec, input_channels: int) -> nn.Sequential:
    if spec.stem is StemKind.SMALL:
        return ConvNorm(input_channels, spec.stem_width, 3)
    return StridedStem(input_channels, spec.stem_width)


class StridedStem(nn.Sequential):
    """Three 3x3 convolutions of stride 2 with ReLUs between them, the first of half the width."""

    def __init__(self, input_channels: int, width: int) -> None:
        """Build the layers."""
        first, *others = (ConvNorm(*pair, 3, stride=2) for pair in pairwise((input_channels, width // 2, width, width)))
        super().__init__(first, *(nn.Sequential(nn.ReLU(), convolution) for convolution in others))


def _stage(block: BlockKind, width_in: int, stage: StageSpec) -> nn.Sequential:
    build = BLOCKS[block]
    first = build(width_in, stage, stage.stride)
    return nn.Sequential(first, *(build(stage.width, stage, 1) for _ in range(stage.depth - 1)))


class BasicBlock(ResidualBlock):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, width_in: int, stage: StageSpec, stride: int) -> None:
        """Build both branches."""
        shortcut = _shortcut(width_in, stage.width, stride)
        super().__init__(TwoConvolutions(width_in, stage.width, stride), shortcut)


class BottleneckBlock(ResidualBlock):
    """A grouped 3x3 convolution between two 1x1 convolutions, beside a shortcut."""

    def __init__(self, width_in: int, stage: StageSpec, stride: int) -> None:
        """Build both branches."""
        shortcut = _shortcut(width_in, stage.width, stride)
        transform = nn.Sequential(
            ConvNorm(width_in, stage.inner, 1),
            nn.ReLU(),
            ConvNorm(stage.inner, stage.inner, 3, stride=stride, groups=stage.groups),
            nn.ReLU(),
            ConvNorm(stage.inner, stage.width, 1),
        )
        super().__init__(transform, shortcut)


class VanillaBlock(nn.Sequential):
    """ReLU and two 3x3 convolutions, without a shortcut."""

    def __init__(self, width_in: int, stage: StageSpec, stride: int) -> None:
        """Build the layers."""
        super().__init__(nn.ReLU(), TwoConvolutions(width_in, stage.width, stride))


# Channels that come in, the stage and the stride -> a block of that stage.
BLOCKS: dict[BlockKind, Callable[[int, StageSpec, int], nn.Module]] = {
    BlockKind.BASIC: BasicBlock,
    BlockKind.BOTTLENECK: BottleneckBlock,
    BlockKind.VANILLA: VanillaBlock,
}


def _shortcut(width_in: int, width: int, stride: int) -> nn.Module:
    return nn.Identity() if stride == 1 and width_in == width else ConvNorm(width_in, width, 1, stride=stride)


class TwoConvolutions(nn.Sequential):
    """Two 3x3 convolutions with a ReLU between them."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        """Build the layers."""
        super().__init__(ConvNorm(width_in, width, 3, stride=stride), nn.ReLU(), ConvNorm(width, width, 3))


class ConvNorm(nn.Sequential):
    """Convolution without bias, batch norm: [B, C, H, W] to [B, C', H / stride, W / stride]."""

    def __init__(self, width_in: int, width_out: int, kernel: int, *, stride: int = 1, groups: int = 1) -> None:
        """Build the layers."""
        convolution = build_convolution(width_in, width_out, kernel, stride, groups=groups)
        super().__init__(convolution, nn.BatchNorm2d(width_out))
