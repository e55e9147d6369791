"""The grids of the NDS study as data: what each of them offers per stage, and the caps that make its members.

Radosavovic et al., On Network Design Spaces for Visual Recognition, 2019. A record of the study is a set of lists,
one per axis, whose entry 0 describes the stem and whose others describe three stages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from types import MappingProxyType

from spaces.nds.grid_network import BlockKind, StemKind

STRIDES = (1, 2, 2)  # of the first block of each stage
STAGES = len(STRIDES)
STEM_WIDTH = 16

# Assumed: published are the ends, the count, that the steps are about even on a log scale, and 16, 24, 32, 40. Twelve
# even steps on a log scale, each raised to the next multiple of 8, agree with all of that.
_TWELVE_WIDTHS = (16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 200, 256)
_NINE_DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24)
_FIVE_DEPTHS = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Axis:
    """One quantity that is chosen per stage.

    label: name of its list in a record
    noun: what a message calls one entry
    stem: entry 0
    values: what may be chosen
    """

    label: str
    noun: str
    stem: float
    values: tuple[float, ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The values as a record prints them."""
        return tuple(map(str, self.values))

    @property
    def is_choice(self) -> bool:
        """Whether there is more than one value."""
        return len(self.values) > 1

    def off_grid(self, stage: int, given: object) -> ValueError:
        """Return the error for an entry that is none of the values; stages count from 1."""
        return ValueError(f"{self.noun} of stage {stage} is {given!r}; allowed: {', '.join(self.texts)}")

    def wrong_length(self, entries: int) -> ValueError:
        """Return the error for a list that does not have one entry per stage."""
        return ValueError(f"{self.label} has {entries} entries for the {STAGES} stages; one for each is needed")


@dataclass(frozen=True)
class GridSetting:
    """Where the study applied its caps: images of ``size`` x ``size`` pixels, ``classes`` of them.

    stem: of the networks
    max_params, max_flops: a network within either is a member
    """

    stem: StemKind
    size: int
    classes: int
    max_params: int
    max_flops: int


@dataclass(frozen=True)
class Grid:
    """All networks of one block kind whose stages take their depth, width, ... from the lists, independently.

    bot_muls: inner channels of a bottleneck as parts of its width; num_gs: numbers of groups (not their width) of its
    3x3 convolution. Widths are powers of two there, so that groups always divide the inner channels.
    """

    name: str
    block: BlockKind
    depths: tuple[int, ...]
    widths: tuple[int, ...]
    bot_muls: tuple[float, ...]
    num_gs: tuple[int, ...]
    setting: GridSetting

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The four axes in the order of a record's lists."""
        return (
            Axis("ds", "depth", 1, self.depths),
            Axis("ws", "width", STEM_WIDTH, self.widths),
            Axis("bot_muls", "bottleneck multiplier", 0.0, self.bot_muls),
            Axis("num_gs", "number of groups", 1, self.num_gs),
        )

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """The shape of an array over the grid: for every axis in turn, one dimension per stage."""
        return tuple(len(axis.values) for axis in self.axes for _ in STRIDES)

    @property
    def size(self) -> int:
        """How many networks the grid has."""
        return prod(self.shape)


_CIFAR = GridSetting(StemKind.SMALL, size=32, classes=10, max_params=856_000, max_flops=129_000_000)
_IMAGENET = GridSetting(StemKind.IMAGENET, size=224, classes=1000, max_params=6_000_000, max_flops=600_000_000)

_RESNET = Grid("resnet", BlockKind.BASIC, _NINE_DEPTHS, _TWELVE_WIDTHS, (1.0,), (1,), _CIFAR)
_RESNEXT_A = Grid(
    "resnext_a", BlockKind.BOTTLENECK, _FIVE_DEPTHS, (16, 32, 64, 128, 256), (1.0, 0.5, 0.25), (1, 2, 4), _CIFAR
)
_RESNEXT_B = replace(_RESNEXT_A, name="resnext_b", widths=(64, 128, 256, 512, 1024), num_gs=(1, 2, 4, 8, 16))
_VANILLA = replace(_RESNET, name="vanilla", block=BlockKind.VANILLA)
_SMALL = (_RESNET, _RESNEXT_A, _RESNEXT_B, _VANILLA)
_LARGE = tuple(replace(grid, name=f"{grid.name}_in", setting=_IMAGENET) for grid in _SMALL)

GRIDS: Mapping[str, Grid] = MappingProxyType({grid.name: grid for grid in (*_SMALL, *_LARGE)})
