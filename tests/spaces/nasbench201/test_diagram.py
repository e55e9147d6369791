"""Catches: an operation at the wrong edge, a skeleton of other stages."""

from spaces.cells.diagrams import CLASSIFIER
from spaces.drawing.diagram import Blocks, GraphPart, Role, SkeletonPart, SkeletonRow
from spaces.nasbench201.cell import NasBench201Cell
from spaces.nasbench201.diagram import nasbench201_diagram
from spaces.nasbench201.network import NasBench201Skeleton

CELL = NasBench201Cell(("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3", "none"))


def test_every_edge_has_its_operation() -> None:
    cell, _ = nasbench201_diagram(CELL, NasBench201Skeleton()).parts
    assert isinstance(cell, GraphPart)
    assert [(one.source, one.target, one.label) for one in cell.arrows] == [
        ("0", "1", "none"),
        ("0", "2", "skip"),
        ("1", "2", "conv 1x1"),
        ("0", "3", "conv 3x3"),
        ("1", "3", "avg pool 3x3"),
        ("2", "3", "none"),
    ]
    assert [vertex.role for vertex in cell.vertices] == [Role.INPUT, Role.NODE, Role.NODE, Role.OUTPUT]


def test_the_skeleton_has_residual_blocks_between_its_stacks() -> None:
    _, network = nasbench201_diagram(CELL, NasBench201Skeleton(stem_channels=8, cells_per_stage=2)).parts
    assert isinstance(network, SkeletonPart)
    cells, halved = Blocks("cell", 2), Blocks("residual block", 1, 2)
    assert network.rows == (
        SkeletonRow("stem", (Blocks("3x3 convolution"),), 8),
        SkeletonRow("stage 1", (cells,), 8),
        SkeletonRow("stage 2", (halved, cells), 16),
        SkeletonRow("stage 3", (halved, cells), 32),
        CLASSIFIER,
    )
