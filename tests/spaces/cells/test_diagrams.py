"""Catches: an operation at the wrong edge, an output that joins other nodes, a network of other stages or channels than
is built."""

from typing import Any

import numpy as np
import pytest

from spaces.base import InputSpec
from spaces.cells.diagrams import CLASSIFIER, cell_part, genotype_parts, skeleton_part
from spaces.cells.genotype import CellGenotype, Genotype
from spaces.cells.network import CellLayout, Stem
from spaces.drawing.diagram import Arrow, Blocks, Role, SkeletonPart, SkeletonRow
from tests.small_spaces import small_space

NODES = ((("sep_conv_3x3", 0), ("skip_connect", 1)), (("max_pool_3x3", 2), ("max_pool_3x3", 2)))


def test_a_cell_has_its_operations_on_arrows_and_joins_its_loose_ends() -> None:
    part = cell_part("normal", "normal cell", CellGenotype(NODES, (3,)))
    assert [vertex.name for vertex in part.vertices] == ["0", "1", "2", "3", "output"]
    assert [vertex.role for vertex in part.vertices] == [Role.INPUT, Role.INPUT, Role.NODE, Role.NODE, Role.OUTPUT]
    assert part.arrows == (
        Arrow("0", "2", "sep conv 3x3", Role.WEIGHTED),
        Arrow("1", "2", "skip", Role.SKIP),
        Arrow("2", "3", "max pool 3x3", Role.FREE),
        Arrow("2", "3", "max pool 3x3", Role.FREE),
        Arrow("3", "output"),
    )


def test_the_reduction_cell_says_its_stride() -> None:
    cell = CellGenotype(NODES, (2, 3))
    normal, reduction = genotype_parts(Genotype(cell, cell))
    assert (normal.name, reduction.name) == ("normal", "reduction")
    assert not normal.note
    assert "stride 2" in reduction.note


def test_a_network_has_a_row_for_each_third_of_its_cells() -> None:
    part = skeleton_part(CellLayout(channels=16, cells=8), [4] * 8)
    normal, reduction = Blocks("normal cell", 2), Blocks("reduction cell", 1, 2)
    assert part.rows == (
        SkeletonRow("stem", (Blocks("3x3 convolution"),), 48),
        SkeletonRow("stage 1", (normal,), 64, "nodes of 16 channels"),
        SkeletonRow("stage 2", (reduction, normal), 128, "nodes of 32 channels"),
        SkeletonRow("stage 3", (reduction, normal), 256, "nodes of 64 channels"),
        CLASSIFIER,
    )


def test_stems_for_larger_images_have_three_convolutions() -> None:
    rows = [skeleton_part(CellLayout(8, 3, stem), [1] * 3, note="n").rows[0] for stem in (Stem.IMAGENET, Stem.SMALL)]
    assert rows[0] == SkeletonRow("stem", (Blocks("3x3 convolution", 3, 2),), 8, "n")
    assert rows[1] == SkeletonRow("stem", (Blocks("3x3 convolution", 3),), 8, "n")


@pytest.mark.parametrize(
    "name", ["darts", "darts_layered", "nds_enas", "nds_pnas_f_in", "nasbench101", "nasbench201", "nds_resnext_a"]
)
def test_channels_and_strides_are_those_that_are_built(name: str) -> None:
    space: Any = small_space(name)
    candidate = space.sample(np.random.default_rng(1))
    (skeleton,) = (part for part in space.diagram(candidate).parts if isinstance(part, SkeletonPart))
    _, *stages, classifier = skeleton.rows
    info = space.build(candidate, InputSpec(size=128), 10).feature_info
    assert classifier == CLASSIFIER
    assert [row.channels for row in stages] == [stage.channels for stage in info]
    strides = [[blocks.stride**blocks.count for blocks in row.blocks] for row in skeleton.rows[:-1]]
    reductions = np.cumprod([int(np.prod(each)) for each in strides])[1:]
    assert list(reductions) == [stage.reduction for stage in info]
