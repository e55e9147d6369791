"""A network of cells (DARTS, Liu et al., 2019; the NDS study, Radosavovic et al., 2019).

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from evo.exporting.networks.stages import Stage, Stages
from spaces.cells.genotype import CellGenotype
from spaces.cells.network import build_classifier
from spaces.cells.operations import OPERATIONS, FactorizedReduce, RectifiedConv


class Cell(nn.Module):
    """One cell: brings both inputs to its channels and size, computes its nodes, concatenates some of them."""

    affine = True

    def __init__(
        self, genotype: CellGenotype, channels_in: tuple[int, int], channels: int, *, reduces: bool, halved: bool
    ) -> None:
        """Build the layers.

        channels_in: of both inputs; channels: of the nodes; reduces: whether the cell halves maps; halved: whether the
        newer input is half as large as the older one
        """
        super().__init__()
        older, newer = channels_in
        self.align_older = (
            FactorizedReduce(older, channels, self.affine)
            if halved
            else RectifiedConv(older, channels, affine=self.affine)
        )
        self.align_newer = RectifiedConv(newer, channels, affine=self.affine)
        self.operations = nn.ModuleList(
            nn.ModuleList(self.operation(name, channels, 2 if reduces and source < 2 else 1) for name, source in node)
            for node in genotype.nodes
        )
        self.sources = [[source for _, source in node] for node in genotype.nodes]
        self.concat = genotype.concat
        self.channels_out = len(genotype.concat) * channels

    def operation(self, name: str, channels: int, stride: int) -> nn.Module:
        """Return the layers of an operation, [B, C, H, W] to [B, C, H / stride, W / stride]."""
        return OPERATIONS[name](channels, stride, self.affine)

    def forward(self, older: Tensor, newer: Tensor) -> Tensor:
        """Map the outputs [B, C, H, W] of the cell before the last one and of the last one to this cell's."""
        states = [self.align_older(older), self.align_newer(newer)]
        for node, (one, other) in zip(self.operations, self.sources, strict=True):
            first, second = node.children()
            states.append(first(states[one]) + second(states[other]))
        return torch.cat([states[number] for number in self.concat], dim=1)


class SearchedCell(Cell):
    """A cell with the normalisation of its supernet: without scale and shift, and behind pooling too."""

    affine = False

    def operation(self, name: str, channels: int, stride: int) -> nn.Module:
        """Return the layers of an operation, [B, C, H, W] to [B, C, H / stride, W / stride]."""
        layers = super().operation(name, channels, stride)
        return nn.Sequential(layers, nn.BatchNorm2d(channels, affine=False)) if "_pool_" in name else layers


class NetworkOfCells(nn.Module):
    """Stem, three stages of cells, classifier.

    The cells at one and at two thirds of the row halve the maps and double the channels of the nodes. A cell reads the
    outputs of the two before it; a stage shows the output of its last cell.
    """

    def __init__(
        self,
        cell: type[Cell],
        genotypes: Sequence[CellGenotype],
        stem: nn.Module,
        stem_channels: tuple[int, int],
        *,
        channels: int,
        reduction: int,
        num_classes: int,
    ) -> None:
        """Build the cells behind a stem.

        stem_channels: of its two outputs, which the first cell reads; reduction: by how much it makes maps smaller
        channels: of the first cell's nodes
        """
        super().__init__()
        self.stem = stem
        older, newer = stem_channels
        halved = reduction > 1  # what such a stem shows last is half as large as what it shows before
        starts = (len(genotypes) // 3, 2 * len(genotypes) // 3)
        stages: list[list[Cell]] = [[], [], []]
        for number, genotype in enumerate(genotypes):
            stage, reduces = sum(number >= start for start in starts), number in starts
            width = channels * 2**stage
            stages[stage].append(cell(genotype, (older, newer), width, reduces=reduces, halved=halved))
            older, newer, halved = newer, stages[stage][-1].channels_out, reduces
        self.stages = nn.ModuleList(nn.ModuleList(stage) for stage in stages)
        self.classifier = build_classifier(newer, num_classes)
        self.feature_info = Stages(
            Stage(stage[-1].channels_out, reduction * 2**number) for number, stage in enumerate(stages)
        )

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return the output [B, C, H, W] of the last cell of each stage, fine to coarse."""
        older, newer = self.stem(x)
        features = []
        for stage in self.stages:
            for cell in stage.children():
                older, newer = newer, cell(older, newer)
            features.append(newer)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Map images [B, C, H, W] to logits [B, num_classes]."""
        logits: Tensor = self.classifier(self.forward_features(x)[-1])
        return logits
