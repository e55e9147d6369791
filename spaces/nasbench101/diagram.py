"""The diagram of a NAS-Bench-101 cell and of the network that it stands in."""

from spaces.cells.diagrams import CLASSIFIER
from spaces.cells.drawn_operations import operation_role
from spaces.drawing.diagram import Arrow, Blocks, Diagram, GraphPart, Role, SkeletonPart, SkeletonRow, Vertex
from spaces.nasbench101.cell import INPUT, OUTPUT, NasBench101Cell
from spaces.nasbench101.widths import NasBench101Skeleton, vertex_widths

_WORDS = {"conv3x3-bn-relu": "conv 3x3", "conv1x1-bn-relu": "conv 1x1", "maxpool3x3": "max pool 3x3"}
_ROLES = {INPUT: Role.INPUT, OUTPUT: Role.OUTPUT}


def nasbench101_diagram(cell: NasBench101Cell, skeleton: NasBench101Skeleton) -> Diagram:
    """Return the cell, a vertex for each of its operations, with the channels that it has in the first stack."""
    widths = vertex_widths(cell, *skeleton.cell_widths[0][0])
    vertices = tuple(
        Vertex(
            str(number),
            f"{number}: {_WORDS.get(label, label)}",
            _ROLES.get(label, operation_role(label)),
            f"{width} channels",
        )
        for number, (label, width) in enumerate(zip(cell.labels, widths, strict=True))
    )
    arrows = tuple(Arrow(str(source), str(target)) for source, target in cell.edges)
    part = GraphPart("cell", "cell", vertices, arrows, "channels: of the first cell")
    return Diagram("NAS-Bench-101", (part, _network(skeleton)))


def _network(skeleton: NasBench101Skeleton) -> SkeletonPart:
    cells = Blocks("cell", skeleton.modules_per_stack)
    halved = Blocks("2x2 max pooling", stride=2)
    stages = [
        SkeletonRow(f"stage {number}", (halved, cells) if number > 1 else (cells,), width)
        for number, width in enumerate(skeleton.stack_widths, start=1)
    ]
    stem = SkeletonRow("stem", (Blocks("3x3 convolution"),), skeleton.stem_channels)
    return SkeletonPart("network", (stem, *stages, CLASSIFIER))
