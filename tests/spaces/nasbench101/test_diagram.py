"""Catches: an operation at the wrong vertex, channels of another vertex, a skeleton of other stages."""

from spaces.cells.diagrams import CLASSIFIER
from spaces.drawing.diagram import Arrow, Blocks, GraphPart, Role, SkeletonPart, SkeletonRow, Vertex
from spaces.nasbench101.cell import NasBench101Cell
from spaces.nasbench101.diagram import nasbench101_diagram
from spaces.nasbench101.widths import NasBench101Skeleton

CELL = NasBench101Cell(((0, 1), (0, 3), (1, 2), (1, 3), (2, 3)), ("conv3x3-bn-relu", "maxpool3x3"))


def test_operations_stand_at_vertices_with_their_channels() -> None:
    cell, _ = nasbench101_diagram(CELL, NasBench101Skeleton(stem_channels=17)).parts
    assert isinstance(cell, GraphPart)
    assert cell.vertices == (
        Vertex("0", "0: input", Role.INPUT, "17 channels"),
        Vertex("1", "1: conv 3x3", Role.WEIGHTED, "9 channels"),  # the two before the output share it
        Vertex("2", "2: max pool 3x3", Role.FREE, "8 channels"),
        Vertex("3", "3: output", Role.OUTPUT, "17 channels"),
    )
    assert cell.arrows == tuple(Arrow(*ends) for ends in ("01", "03", "12", "13", "23"))


def test_the_skeleton_has_pooling_between_its_stacks() -> None:
    _, network = nasbench101_diagram(CELL, NasBench101Skeleton(stem_channels=16, modules_per_stack=2)).parts
    assert isinstance(network, SkeletonPart)
    cells, halved = Blocks("cell", 2), Blocks("2x2 max pooling", 1, 2)
    assert network.rows == (
        SkeletonRow("stem", (Blocks("3x3 convolution"),), 16),
        SkeletonRow("stage 1", (cells,), 16),
        SkeletonRow("stage 2", (halved, cells), 32),
        SkeletonRow("stage 3", (halved, cells), 64),
        CLASSIFIER,
    )
