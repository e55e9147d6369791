"""The network of a genotype (DARTS, Liu et al., 2019; the NDS study, Radosavovic et al., 2019).

A stem, a row of cells each of which reads the outputs of the two before it, global average pooling and a linear
classifier. The cells at one and at two thirds of the row are reduction cells: they halve the maps and double the
channels. Each third shows the output of its last cell, as GenNAS (Li et al., 2021) taps it.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import torch
from torch import Tensor, nn

from spaces.base import FeatureInfo, FeatureNetwork
from spaces.cells.genotype import INPUTS, CellGenotype, Genotype
from spaces.cells.operations import FactorizedReduce, RectifiedConv, build_operation

LEAST_CELLS = 3  # one per stage
CellT = TypeVar("CellT")

CIFAR_MULTIPLIER = 3  # channels of the CIFAR stem, in channels of the first cell
_IMAGENET_REDUCTION = 8


class Stem(StrEnum):
    """What stands before the first cell."""

    CIFAR = "cifar"  # one convolution; both inputs of the first cell are its output
    IMAGENET = "imagenet"  # three convolutions of stride 2
    SMALL = "small"  # the same with stride 1, for small images: GenNAS

    @property
    def reduction(self) -> int:
        """By how much the maps of the first cell are smaller than the input."""
        return _IMAGENET_REDUCTION if self is Stem.IMAGENET else 1


@dataclass(frozen=True)
class CellLayout:
    """What a network is around its cells: channels of the first cell (at least 2), number of cells (at least 3)."""

    channels: int
    cells: int
    stem: Stem = Stem.CIFAR

    @property
    def reductions(self) -> tuple[int, int, int]:
        """By how much the maps of each stage are smaller than the input."""
        return (self.stem.reduction, 2 * self.stem.reduction, 4 * self.stem.reduction)

    @property
    def reducing(self) -> tuple[int, int]:
        """The numbers of the reduction cells, counted from 0: the first cells of the second and the third stage."""
        return (self.cells // 3, 2 * self.cells // 3)

    def staged(self, cells: Sequence[CellT]) -> tuple[Sequence[CellT], Sequence[CellT], Sequence[CellT]]:
        """Return the cells of a row of all of them stage by stage."""
        first, second = self.reducing
        return cells[:first], cells[first:second], cells[second:]

    def spread(self, normal: CellT, reduction: CellT) -> tuple[CellT, ...]:
        """Return a row of cells: ``reduction`` where cells reduce, ``normal`` everywhere else."""
        return tuple(reduction if number in self.reducing else normal for number in range(self.cells))


@dataclass(frozen=True)
class CellsBlueprint:
    """All that a network is made from: its cells in order, what is around them, whether norms are as in a supernet."""

    cells: tuple[CellGenotype, ...]
    layout: CellLayout
    searched: bool = False


@dataclass(frozen=True)
class CellPlace:
    """Where a cell stands: channels of its two inputs and of its nodes, whether it halves maps.

    halved: whether the older of its inputs is twice as large as the newer one.
    """

    channels_in: tuple[int, int]
    channels: int
    reduces: bool
    halved: bool

    def stride(self, source: int) -> int:
        """Return the stride of what reads a state: 2 for an input of a reduction cell."""
        return 2 if self.reduces and source < INPUTS else 1

    def align_older(self, *, affine: bool = True) -> nn.Module:
        """Return what brings the older input to the cell's channels and size; affine: of its normalisation."""
        if self.halved:
            return FactorizedReduce(self.channels_in[0], self.channels, affine)
        return RectifiedConv(self.channels_in[0], self.channels, affine=affine)

    def align_newer(self, *, affine: bool = True) -> nn.Module:
        """Return what brings the newer input to the cell's channels."""
        return RectifiedConv(self.channels_in[1], self.channels, affine=affine)


class GenotypeCell(nn.Module):
    """One cell: brings both inputs to its channels and size, computes its nodes, concatenates some of them."""

    def __init__(self, genotype: CellGenotype, place: CellPlace, *, searched: bool = False) -> None:
        """Build the layers; searched: normalisation as in a supernet, without scale and shift, after pooling too."""
        super().__init__()
        self.align_older = place.align_older(affine=not searched)
        self.align_newer = place.align_newer(affine=not searched)
        self.operations = nn.ModuleList(
            nn.ModuleList(
                build_operation(
                    operation, place.channels, place.stride(source), affine=not searched, pool_norm=searched
                )
                for operation, source in node
            )
            for node in genotype.nodes
        )
        self.sources = tuple(tuple(source for _, source in node) for node in genotype.nodes)
        self.concat = genotype.concat
        self.channels_out = len(genotype.concat) * place.channels

    def forward(self, older: Tensor, newer: Tensor) -> Tensor:
        """Map the outputs [B, C, H, W] of the cell before the last one and of the last one to this cell's."""
        states = [self.align_older(older), self.align_newer(newer)]
        for (first, second), sources in zip(self._nodes(), self.sources, strict=True):
            states.append(first(states[sources[0]]) + second(states[sources[1]]))
        return torch.cat([states[number] for number in self.concat], dim=1)

    def layers(self) -> Iterator[nn.Module]:
        """Yield the layers of every operation, node by node."""
        return (layers for node in self._nodes() for layers in node)

    def _nodes(self) -> Iterator[Iterable[nn.Module]]:
        return (node for node in self.operations if isinstance(node, nn.ModuleList))


class CifarStem(nn.Module):
    """One 3x3 convolution and its norm, without ReLU."""

    def __init__(self, channels_in: int, channels: int) -> None:
        """Build the layers; channels: of the first cell's nodes, the stem has three times as many."""
        super().__init__()
        self.channels_out = (CIFAR_MULTIPLIER * channels, CIFAR_MULTIPLIER * channels)
        self.layers = nn.Sequential(*_conv_norm(channels_in, self.channels_out[0], 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return both inputs of the first cell, here the same map [B, C, H, W]."""
        x = self.layers(x)
        return x, x


class ImageNetStem(nn.Module):
    """Two 3x3 convolutions whose output is the older input of the first cell, and one more for the newer."""

    def __init__(self, channels_in: int, channels: int, stride: int) -> None:
        """Build the layers; channels: of the first cell's nodes; stride: of each of the three convolutions."""
        super().__init__()
        self.channels_out = (channels, channels)
        self.older = nn.Sequential(
            *_conv_norm(channels_in, channels // 2, stride), nn.ReLU(), *_conv_norm(channels // 2, channels, stride)
        )
        self.newer = nn.Sequential(nn.ReLU(), *_conv_norm(channels, channels, stride))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return both inputs of the first cell, [B, C, H / stride^2, W / stride^2] and the stride smaller again."""
        older = self.older(x)
        return older, self.newer(older)


class CellNetwork(FeatureNetwork):
    """Stem, three stages of cells, classifier."""

    def __init__(
        self,
        stem: nn.Module,
        stages: Iterable[Sequence[GenotypeCell]],
        classifier: nn.Module,
        info: Iterable[FeatureInfo],
    ) -> None:
        """Keep the parts; the stem returns both inputs of the first cell; ``info`` has one entry per stage."""
        super().__init__()
        self.stem = stem
        self.stages = nn.ModuleList(nn.ModuleList(stage) for stage in stages)
        self.classifier = classifier
        self.feature_info = list(info)

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return the output [B, C, H, W] of the last cell of each stage."""
        older, newer = self.stem(x)
        features = []
        for stage in self.stages:
            for cell in stage.children():
                older, newer = newer, cell(older, newer)
            features.append(newer)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits [B, num_outputs]."""
        logits: Tensor = self.classifier(self.forward_features(x)[-1])
        return logits

    def droppable(self) -> list[nn.Module]:
        """Return the operations of all cells but identities, which drop path spares."""
        return [layers for cell in self._cells() for layers in cell.layers() if not isinstance(layers, nn.Identity)]

    def two_thirds(self) -> tuple[nn.Module, int]:
        """Return the first cell of the last stage, where DARTS has its auxiliary classifier, and its channels."""
        cell = next(self._cells(-1))
        return cell, cell.channels_out

    def _cells(self, first: int = 0) -> Iterator[GenotypeCell]:
        """Yield the cells of stage ``first`` and of those behind it."""
        return (cell for stage in self.stages[first:] for cell in stage.children() if isinstance(cell, GenotypeCell))


def build_cell_network(
    genotype: Genotype, layout: CellLayout, input_channels: int, num_outputs: int, *, searched: bool = False
) -> CellNetwork:
    """Return the network of a genotype, with torch's default initial weights.

    searched: normalisation inside cells as in a supernet, without scale and shift, and after pooling too.
    """
    cells = layout.spread(genotype.normal, genotype.reduction)
    return build_network_of_cells(cells, layout, input_channels, num_outputs, searched=searched)


def build_network_of_cells(
    cells: Sequence[CellGenotype], layout: CellLayout, input_channels: int, num_outputs: int, *, searched: bool = False
) -> CellNetwork:
    """Return the network of a row of cells, ``layout.cells`` of them, as ``build_cell_network`` does of two."""
    stem = build_stem(layout, input_channels)
    widths = [len(cell.concat) for cell in cells]
    places = cell_places(layout, stem.channels_out, widths)
    built = [GenotypeCell(cell, place, searched=searched) for cell, place in zip(cells, places, strict=True)]
    info = stage_info(layout, widths)
    return CellNetwork(stem, layout.staged(built), build_classifier(info[-1].channels, num_outputs), info)


def build_stem(layout: CellLayout, input_channels: int) -> CifarStem | ImageNetStem:
    """Return the stem of a layout."""
    if layout.stem is Stem.CIFAR:
        return CifarStem(input_channels, layout.channels)
    return ImageNetStem(input_channels, layout.channels, 2 if layout.stem is Stem.IMAGENET else 1)


def cell_places(layout: CellLayout, channels_in: tuple[int, int], widths: Sequence[int]) -> Iterator[CellPlace]:
    """Yield the places of a row of cells.

    channels_in: of the two inputs of the first one; widths: how many nodes each cell concatenates.
    """
    older, newer = channels_in
    halved = layout.stem is Stem.IMAGENET  # its newer output is half as large as its older one
    channels = layout.channels
    for number, width in enumerate(widths):
        reduces = number in layout.reducing
        channels *= 2 if reduces else 1
        yield CellPlace((older, newer), channels, reduces, halved)
        older, newer, halved = newer, width * channels, reduces


def stage_info(layout: CellLayout, widths: Sequence[int]) -> list[FeatureInfo]:
    """Return the stages of a row of cells, as wide as their last cells; widths: as in ``cell_places``."""
    channels = [stage[-1] * layout.channels * 2**number for number, stage in enumerate(layout.staged(widths))]
    return [FeatureInfo(*stage) for stage in zip(channels, layout.reductions, strict=True)]


def build_classifier(channels: int, num_outputs: int) -> nn.Sequential:
    """Return global average pooling and a linear map, [B, C, H, W] to [B, num_outputs]."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, num_outputs))


def _conv_norm(channels_in: int, channels_out: int, stride: int) -> tuple[nn.Module, nn.Module]:
    convolution = nn.Conv2d(channels_in, channels_out, 3, stride, padding=1, bias=False)
    return convolution, nn.BatchNorm2d(channels_out)
