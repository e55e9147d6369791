"""Catches: a stage of another depth, width or stride, groups that are not said, a plain block with a shortcut."""

import numpy as np
import pytest

from spaces.drawing.diagram import Arrow, Blocks, GraphPart, Role, SkeletonPart, SkeletonRow
from spaces.nds.grid_diagram import grid_diagram
from spaces.nds.grid_network import BlockKind, NetworkSpec, StageSpec, StemKind
from spaces.nds.grids import NdsGrid

STAGES = (StageSpec(3, 24, 1), StageSpec(1, 32, 2), StageSpec(4, 64, 2))
BOTTLENECKS = tuple(StageSpec(stage.depth, stage.width, stage.stride, 16, 4) for stage in STAGES)


def parts_of(spec: NetworkSpec, note: str = "") -> tuple[SkeletonPart, GraphPart]:
    network, block = grid_diagram("grid", spec, note).parts
    assert isinstance(network, SkeletonPart)
    assert isinstance(block, GraphPart)
    return network, block


def test_stages_have_their_depth_width_and_stride() -> None:
    network, block = parts_of(NetworkSpec(BlockKind.BASIC, StemKind.SMALL, 16, STAGES))
    assert network.rows[:-1] == (
        SkeletonRow("stem", (Blocks("3x3 convolution"),), 16),
        SkeletonRow("stage 1", (Blocks("residual block", 3),), 24),
        SkeletonRow("stage 2", (Blocks("residual block", 1, 2),), 32),
        SkeletonRow("stage 3", (Blocks("residual block", 1, 2), Blocks("residual block", 3)), 64),
    )
    assert block.arrows[-1] == Arrow("input", "output", "shortcut", Role.SKIP)
    assert block.note.endswith("in its first 3x3 convolution and in its shortcut")


def test_bottlenecks_say_their_groups() -> None:
    network, block = parts_of(NetworkSpec(BlockKind.BOTTLENECK, StemKind.IMAGENET, 16, BOTTLENECKS), "a note")
    assert network.rows[0] == SkeletonRow("stem", (Blocks("3x3 convolution", 3, 2),), 16, "a note")
    assert {row.note for row in network.rows[1:4]} == {"inside 16 channels in 4 groups"}
    assert [vertex.label for vertex in block.vertices[1:-1]] == ["conv 1x1", "conv 3x3 in groups", "conv 1x1"]
    single, _ = parts_of(NetworkSpec(BlockKind.BOTTLENECK, StemKind.SMALL, 16, (StageSpec(1, 32, 1, 8, 1),)))
    assert single.rows[1].note == "inside 8 channels in 1 group"


def test_a_plain_block_has_no_shortcut() -> None:
    _, block = parts_of(NetworkSpec(BlockKind.VANILLA, StemKind.SMALL, 16, STAGES))
    assert [(arrow.source, arrow.target) for arrow in block.arrows] == [("input", "1"), ("1", "2"), ("2", "output")]
    assert block.note == "the first of a stage may have a stride: in its first 3x3 convolution"


@pytest.mark.parametrize(
    ("grid", "stem", "convolutions", "says"),
    [
        ("resnet", "auto", Blocks("3x3 convolution"), False),
        ("resnet_in", "auto", Blocks("3x3 convolution", 3, 2), True),
        ("resnet_in", "small", Blocks("3x3 convolution"), False),
        ("resnet", "imagenet", Blocks("3x3 convolution", 3, 2), False),
    ],
)
def test_a_stem_that_the_images_choose_is_said(grid: str, stem: str, convolutions: Blocks, says: bool) -> None:
    space = NdsGrid(grid=grid, stem=stem, pool=2)
    network = space.diagram(space.sample(np.random.default_rng(0))).parts[0]
    assert isinstance(network, SkeletonPart)
    assert network.rows[0].blocks == (convolutions,)
    assert ("below 128 pixels" in network.rows[0].note) is says
