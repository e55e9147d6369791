"""The network of a NAS-Bench-201 cell (Dong and Yang, NAS-Bench-201, 2020).

A 3x3 stem, three stacks of equal cells with a residual block of stride 2 between them, global average pooling and a
linear classifier.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces.base import FeatureInfo
from spaces.cells.average_pooling import AveragePool3x3
from spaces.nasbench201.cell import CONVOLUTIONS, EDGES, INPUT, OUTPUT, ZERO, Edge
from spaces.staged_network import StagedNetwork

REDUCTIONS = (1, 2, 4)


@dataclass(frozen=True)
class NasBench201Skeleton:
    """What all networks of the benchmark share around their cell.

    stem_channels: channels of the first stack, doubled by the second and again by the third
    cells_per_stage: cells in a stack
    affine: whether normalisation inside cells learns a scale and a shift and tracks running statistics
    biases: whether convolutions inside cells have biases, as the published program gives them without ``affine``
    """

    stem_channels: int = 16
    cells_per_stage: int = 5
    affine: bool = False
    biases: bool = False

    @property
    def widths(self) -> list[int]:
        """Channels of each stage."""
        return [self.stem_channels * reduction for reduction in REDUCTIONS]


@dataclass(frozen=True)
class NasBench201Blueprint:
    """All that a network is made from; operations: one name per entry of EDGES."""

    operations: tuple[str, ...]
    skeleton: NasBench201Skeleton


class ReluConvNorm(nn.Module):
    """ReLU, convolution, batch norm: the benchmark's order."""

    def __init__(self, channels: int, kernel: int, *, affine: bool, biases: bool) -> None:
        """Keep C = ``channels``; affine, biases: as in NasBench201Skeleton."""
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, kernel, padding=kernel // 2, bias=biases)
        self.norm = nn.BatchNorm2d(channels, affine=affine, track_running_stats=affine)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape."""
        normalised: Tensor = self.norm(self.conv(functional.relu(x)))
        return normalised


# Channels and the skeleton's ``affine`` and ``biases`` -> the layers of one edge. Averages leave out the padding.
LAYERS_OF: dict[str, Callable[[int, bool, bool], nn.Module]] = {
    "skip_connect": lambda channels, affine, biases: nn.Identity(),
    "nor_conv_1x1": lambda channels, affine, biases: ReluConvNorm(channels, 1, affine=affine, biases=biases),
    "nor_conv_3x3": lambda channels, affine, biases: ReluConvNorm(channels, 3, affine=affine, biases=biases),
    "avg_pool_3x3": lambda channels, affine, biases: AveragePool3x3(),
}


def live_edges(operations: Sequence[str], *, biases: bool = False) -> tuple[Edge, ...]:
    """Return the edges that lie on a path from input to output without a zero edge, in the order of EDGES.

    operations: one name per entry of EDGES
    biases: whether a path may start at a convolution, too, which with a bias makes something of zeros
    """
    present = [(edge, operation) for edge, operation in zip(EDGES, operations, strict=True) if operation != ZERO]
    starting = {edge for edge, operation in present if biases and operation in CONVOLUTIONS}
    reached, needed = {INPUT}, {OUTPUT}
    for edge, _ in present:  # EDGES is sorted by target, so one pass each way is enough
        if edge[0] in reached or edge in starting:
            reached.add(edge[1])
    for (source, target), _ in reversed(present):
        if target in needed:
            needed.add(source)
    fed = [edge for edge, _ in present if edge[0] in reached or edge in starting]
    return tuple(edge for edge in fed if edge[1] in needed)


@dataclass(frozen=True)
class CellStep:
    """One computation of a cell: an operation on a node, and the nodes that its results are added to."""

    source: int
    operation: str
    targets: tuple[int, ...]


def plan_steps(operations: Sequence[str], *, biases: bool = False) -> tuple[CellStep, ...]:
    """Return what a cell computes, in an order in which every node is complete before it is read.

    Live edges with the same source and operation share a step: one average serves them all, and their convolutions
    are one wider convolution. operations: one name per entry of EDGES; biases: as in ``live_edges``.
    """
    operation_of = dict(zip(EDGES, operations, strict=True))
    targets: dict[tuple[int, str], list[int]] = {}
    for source, target in sorted(live_edges(operations, biases=biases)):
        targets.setdefault((source, operation_of[source, target]), []).append(target)
    return tuple(CellStep(source, operation, tuple(found)) for (source, operation), found in targets.items())


class NasBench201CellModule(nn.Module):
    """One cell: holds the layers of all its edges but zero edges, computes only live ones.

    The benchmark computes dead edges too and counts them. So their layers stay as parameters, and a pass over shapes
    alone, on the meta device, runs them.
    """

    def __init__(self, operations: Sequence[str], channels: int, affine: bool, *, biases: bool = False) -> None:
        """Build the layers of the edges; operations: one name per entry of EDGES."""
        super().__init__()
        chosen = {edge: operation for edge, operation in zip(EDGES, operations, strict=True) if operation != ZERO}
        self.layers = nn.ModuleDict(
            {layer_name(edge): LAYERS_OF[operation](channels, affine, biases) for edge, operation in chosen.items()}
        )
        self.steps = plan_steps(operations, biases=biases)
        live = live_edges(operations, biases=biases)
        self.dead = tuple(edge for edge in chosen if edge not in live)
        self.affine = affine

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to the same shape; exact zeros where no live edge leads to the output."""
        if x.is_meta:
            for edge in self.dead:
                self.layers[layer_name(edge)](x)  # all nodes have the shape of x
        nodes: dict[int, Tensor] = {INPUT: x}
        rectified: dict[int, Tensor] = {}
        for step in self.steps:
            source = nodes[step.source] if step.source in nodes else torch.zeros_like(x)
            for target, term in zip(step.targets, self._terms(step, source, rectified), strict=True):
                nodes[target] = nodes[target] + term if target in nodes else term
        return nodes[OUTPUT] if OUTPUT in nodes else torch.zeros_like(x)

    def _terms(self, step: CellStep, x: Tensor, rectified: dict[int, Tensor]) -> Sequence[Tensor]:
        """Return what the step adds to each of its targets; ``rectified`` keeps the positive part of each node."""
        layers = [self.layers[layer_name((step.source, target))] for target in step.targets]
        blocks = [layer for layer in layers if isinstance(layer, ReluConvNorm)]
        if not blocks:
            return [layers[0](x)] * len(layers)
        if self.affine:  # each edge tracks statistics of its own
            return [block(x) for block in blocks]
        if step.source not in rectified:
            rectified[step.source] = functional.relu(x)
        return conv_norm(rectified[step.source], [block.conv for block in blocks])


def conv_norm(x: Tensor, convolutions: Sequence[nn.Conv2d]) -> Sequence[Tensor]:
    """Return the batch-normalised convolutions of ``x`` [B, C, H, W], computed as one: channels do not mix."""
    weight = _joined([convolution.weight for convolution in convolutions])
    biases = [convolution.bias for convolution in convolutions if convolution.bias is not None]
    combined = functional.conv2d(x, weight, _joined(biases) if biases else None, padding=weight.shape[-1] // 2)
    maps = functional.batch_norm(combined, None, None, training=True)
    # chunk, not slices: its gradient is one concatenation instead of a padded copy per piece
    return maps.chunk(len(convolutions), dim=1)


def _joined(parts: Sequence[Tensor]) -> Tensor:
    return torch.cat(list(parts)) if len(parts) > 1 else parts[0]


def layer_name(edge: Edge) -> str:
    """Return the name of an edge's layers in a cell."""
    return f"{edge[0]}_to_{edge[1]}"


class ReductionBlock(nn.Module):
    """The residual block between two stacks: halves the maps and changes the channels."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        """Build both branches."""
        super().__init__()
        self.transform = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(channels_in, channels_out, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(),
            nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
        )
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(channels_in, channels_out, 1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, C', H / 2, W / 2]; H and W are even."""
        total: Tensor = self.transform(x) + self.shortcut(x)
        return total


def build_nasbench201_network(
    operations: Sequence[str], skeleton: NasBench201Skeleton, input_channels: int, num_outputs: int
) -> StagedNetwork:
    """Return the benchmark's network of one cell, with torch's default initial weights.

    operations: one name per entry of EDGES. Each stack of cells is a stage.
    """
    widths = skeleton.widths
    entrances = build_entrances(widths)
    return StagedNetwork(
        stem=build_stem(input_channels, widths[0]),
        stages=[
            nn.Sequential(entrance, *_stack(operations, width, skeleton))
            for entrance, width in zip(entrances, widths, strict=True)
        ],
        classifier=build_classifier(widths[-1], num_outputs),
        feature_info=[FeatureInfo(*stage) for stage in zip(widths, REDUCTIONS, strict=True)],
    )


def _stack(operations: Sequence[str], channels: int, skeleton: NasBench201Skeleton) -> Iterator[NasBench201CellModule]:
    affine, biases = skeleton.affine, skeleton.biases
    cells = range(skeleton.cells_per_stage)
    return (NasBench201CellModule(operations, channels, affine, biases=biases) for _ in cells)


def build_entrances(widths: Sequence[int]) -> list[nn.Module]:
    """Return what stands before the cells of each stage; widths: channels of each."""
    return [nn.Identity(), *(ReductionBlock(width // 2, width) for width in widths[1:])]


def build_stem(input_channels: int, channels: int) -> nn.Sequential:
    """Return a 3x3 convolution and its norm, without ReLU."""
    return nn.Sequential(nn.Conv2d(input_channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))


def build_classifier(channels: int, num_outputs: int) -> nn.Sequential:
    """Return norm, ReLU, global average pooling and a linear map, [B, C, H, W] to [B, num_outputs]."""
    return nn.Sequential(
        nn.BatchNorm2d(channels), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, num_outputs)
    )
