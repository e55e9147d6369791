"""The network of a NAS-Bench-101 cell (Ying et al., NAS-Bench-101, 2019).

A 3x3 stem, three stacks of equal cells with 2x2 max-pooling and twice the channels before the second and the third,
global average pooling and a linear classifier. In a cell a vertex applies its operation to the sum of its sources. The
cell's input is projected to each vertex that it leads to; a source one channel wider than its target loses the last.
The output is all its sources side by side, plus the projected input where an edge leads there.

Initial weights are those of GenNAS's program (Li et al., 2021): normal, of variance 2 / (k^2 C) for a convolution to C
channels and of deviation 0.01 for the classifier.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor, nn

from spaces.base import FeatureInfo
from spaces.nasbench101.cell import NasBench101Cell
from spaces.nasbench101.widths import REDUCTIONS, NasBench101Skeleton, vertex_widths
from spaces.staged_network import StagedNetwork


@dataclass(frozen=True)
class NasBench101Blueprint:
    """All that a network is made from."""

    cell: NasBench101Cell
    skeleton: NasBench101Skeleton


class ConvNormRelu(nn.Sequential):
    """Convolution without bias, batch norm, ReLU: the benchmark's order."""

    def __init__(self, width_in: int, widths_out: Sequence[int], kernel: int) -> None:
        """Build the layers of several convolutions of one input, ``widths_out`` channels each; H and W stay."""
        width = sum(widths_out)
        convolution = nn.Conv2d(width_in, width, kernel, padding=kernel // 2, bias=False)
        super().__init__(convolution, nn.BatchNorm2d(width), nn.ReLU())
        with torch.no_grad():
            for weight in torch.split(convolution.weight, list(widths_out)):
                nn.init.normal_(weight, std=(2 / (kernel**2 * len(weight))) ** 0.5)


CLASSIFIER_DEVIATION = 0.01

# Channels of a vertex -> its layers.
LAYERS_OF: dict[str, Callable[[int], nn.Module]] = {
    "conv3x3-bn-relu": lambda width: ConvNormRelu(width, [width], 3),
    "conv1x1-bn-relu": lambda width: ConvNormRelu(width, [width], 1),
    "maxpool3x3": lambda width: nn.MaxPool2d(3, stride=1, padding=1),
}


class NasBench101CellModule(nn.Module):
    """One cell.

    The projections of its input are computed as one wider convolution, whose channels do not mix.
    """

    def __init__(self, cell: NasBench101Cell, width_in: int, width_out: int) -> None:
        """Build the layers of a cell that maps ``width_in`` channels to ``width_out``."""
        super().__init__()
        self.widths = vertex_widths(cell, width_in, width_out)
        self.projected = [target for source, target in cell.edges if source == 0]
        self.projected_widths = [self.widths[target] for target in self.projected]
        self.projection = ConvNormRelu(width_in, self.projected_widths, 1)
        *self.sources, self.output_sources = (tuple(s for s in found if s > 0) for found in cell.sources[1:])
        interior = zip(cell.operations, self.widths[1:-1], strict=True)
        self.operations = nn.ModuleList(LAYERS_OF[operation](width) for operation, width in interior)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C', H, W]."""
        pieces = self.projection(x).split(self.projected_widths, dim=1)
        terms = {target: [piece] for target, piece in zip(self.projected, pieces, strict=True)}
        maps: dict[int, Tensor] = {}
        for vertex, (sources, operation) in enumerate(zip(self.sources, self.operations, strict=True), start=1):
            narrowed = [_narrow(maps[source], self.widths[vertex]) for source in sources]
            maps[vertex] = operation(reduce(torch.add, narrowed + terms.get(vertex, [])))
        beside = _concatenate([maps[source] for source in self.output_sources])
        output: Tensor = reduce(torch.add, beside + terms.get(len(self.widths) - 1, []))
        return output


def _narrow(x: Tensor, width: int) -> Tensor:
    return x if x.shape[1] == width else x[:, :width]


def _concatenate(maps: list[Tensor]) -> list[Tensor]:
    """Return the maps side by side as one, or none."""
    return [torch.cat(maps, dim=1)] if len(maps) > 1 else maps


def build_nasbench101_network(
    cell: NasBench101Cell, skeleton: NasBench101Skeleton, input_channels: int, num_outputs: int
) -> StagedNetwork:
    """Return the benchmark's network of one cell; each stack is a stage."""
    classifier = build_classifier(skeleton.stack_widths[-1], num_outputs)
    entrances = [nn.Identity(), *(nn.MaxPool2d(2) for _ in REDUCTIONS[1:])]
    return StagedNetwork(
        stem=build_stem(input_channels, skeleton.stem_channels),
        stages=[
            nn.Sequential(entrance, *(NasBench101CellModule(cell, *widths) for widths in stack))
            for entrance, stack in zip(entrances, skeleton.cell_widths, strict=True)
        ],
        classifier=classifier,
        feature_info=[FeatureInfo(*stage) for stage in zip(skeleton.stack_widths, REDUCTIONS, strict=True)],
    )


def build_stem(input_channels: int, channels: int) -> ConvNormRelu:
    """Return what stands before the first stack."""
    return ConvNormRelu(input_channels, [channels], 3)


def build_classifier(channels: int, num_outputs: int) -> nn.Sequential:
    """Return global average pooling and a linear map, [B, C, H, W] to [B, num_outputs]."""
    classifier = nn.Linear(channels, num_outputs)
    nn.init.normal_(classifier.weight, std=CLASSIFIER_DEVIATION)
    nn.init.zeros_(classifier.bias)
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), classifier)
