"""The diagram of a NAS-Bench-201 cell and of the network that it stands in."""

from spaces.cells.diagrams import CLASSIFIER
from spaces.cells.drawn_operations import operation_arrow
from spaces.drawing.diagram import Blocks, Diagram, GraphPart, Role, SkeletonPart, SkeletonRow, Vertex
from spaces.nasbench201.cell import EDGES, INPUT, OUTPUT, NasBench201Cell
from spaces.nasbench201.network import NasBench201Skeleton

PART = "cell"
_LABELS = {INPUT: "0: input", OUTPUT: f"{OUTPUT}: output"}
_ROLES = {INPUT: Role.INPUT, OUTPUT: Role.OUTPUT}


def nasbench201_diagram(cell: NasBench201Cell, skeleton: NasBench201Skeleton) -> Diagram:
    """Return the cell, an arrow for each of its edges, and the network; strengths of edges are those of ``cell``."""
    nodes = range(INPUT, OUTPUT + 1)
    vertices = tuple(Vertex(str(node), _LABELS.get(node, ""), _ROLES.get(node, Role.NODE)) for node in nodes)
    arrows = tuple(
        operation_arrow(source, target, operation)
        for (source, target), operation in zip(EDGES, cell.operations, strict=True)
    )
    return Diagram("NAS-Bench-201", (GraphPart(PART, "cell", vertices, arrows), _network(skeleton)))


def _network(skeleton: NasBench201Skeleton) -> SkeletonPart:
    stages = [
        SkeletonRow(
            f"stage {number}",
            (*((Blocks("residual block", stride=2),) if number > 1 else ()), Blocks("cell", skeleton.cells_per_stage)),
            width,
        )
        for number, width in enumerate(skeleton.widths, start=1)
    ]
    stem = SkeletonRow("stem", (Blocks("3x3 convolution"),), skeleton.stem_channels)
    return SkeletonPart("network", (stem, *stages, CLASSIFIER))
