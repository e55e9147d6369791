"""The diagram of a network of an NDS grid: one of its blocks, and its stages."""

from collections.abc import Iterator
from itertools import pairwise

from spaces.cells.diagrams import CLASSIFIER
from spaces.drawing.diagram import Arrow, Blocks, Diagram, GraphPart, Role, SkeletonPart, SkeletonRow, Vertex
from spaces.nds.grid_network import BlockKind, NetworkSpec, StageSpec, StemKind

_LAYERS = {
    BlockKind.BASIC: ("conv 3x3", "conv 3x3"),
    BlockKind.VANILLA: ("conv 3x3", "conv 3x3"),
    BlockKind.BOTTLENECK: ("conv 1x1", "conv 3x3 in groups", "conv 1x1"),
}
_NAMES = {
    BlockKind.BASIC: "residual block",
    BlockKind.VANILLA: "plain block",
    BlockKind.BOTTLENECK: "bottleneck block",
}
_STEMS = {StemKind.SMALL: Blocks("3x3 convolution"), StemKind.IMAGENET: Blocks("3x3 convolution", 3, stride=2)}
_STRIDED = "the first of a stage may have a stride: in its first 3x3 convolution"


def grid_diagram(grid: str, spec: NetworkSpec, note: str = "") -> Diagram:
    """Return a block and the network; grid: the name of the grid; note: on the stem."""
    stages = [_row(spec.block, number, stage) for number, stage in enumerate(spec.stages, start=1)]
    stem = SkeletonRow("stem", (_STEMS[spec.stem],), spec.stem_width, note)
    network = SkeletonPart("network", (stem, *stages, CLASSIFIER))
    return Diagram(f"network of the grid {grid} (NDS)", (network, _block_part(spec.block)))


def _row(kind: BlockKind, number: int, stage: StageSpec) -> SkeletonRow:
    groups = f"{stage.groups} group{'s' if stage.groups > 1 else ''}"
    note = f"inside {stage.inner} channels in {groups}" if kind is BlockKind.BOTTLENECK else ""
    return SkeletonRow(f"stage {number}", tuple(_runs(_NAMES[kind], stage)), stage.width, note)


def _runs(name: str, stage: StageSpec) -> Iterator[Blocks]:
    """Yield the blocks of a stage: the first one apart where it has a stride of its own."""
    if stage.stride == 1:
        yield Blocks(name, stage.depth)
        return
    yield Blocks(name, 1, stage.stride)
    if stage.depth > 1:
        yield Blocks(name, stage.depth - 1)


def _block_part(kind: BlockKind) -> GraphPart:
    layers = [Vertex(str(number), label, Role.WEIGHTED) for number, label in enumerate(_LAYERS[kind], start=1)]
    row = ["input", *(layer.name for layer in layers), "output"]
    arrows = [Arrow(*ends) for ends in pairwise(row)]
    note = _STRIDED
    if kind is not BlockKind.VANILLA:
        arrows.append(Arrow("input", "output", "shortcut", Role.SKIP))
        note += " and in its shortcut"
    ends = Vertex("input", "ReLU of the input", Role.INPUT), Vertex("output", "output", Role.OUTPUT)
    return GraphPart("block", f"a {_NAMES[kind]}", (ends[0], *layers, ends[1]), tuple(arrows), note)
