"""Catches: a network of another kind of block or stem, stages of another stride."""

import pytest
import torch

from evo.exporting.torch_source import imported
from spaces import InputSpec
from spaces.nds.grids import NdsGrid
from tests.evo.exporting.networks.test_cells import check_same
from tests.exported import OUTPUTS, written_source

TEXTS = {
    "resnet": "ds=1,2,1,1:ws=16,16,24,24",
    "resnext_b": "ds=1,1,1,1:ws=16,64,128,64:bot_muls=0.0,1.0,0.5,0.25:num_gs=1,1,4,8",
    "vanilla": "ds=1,1,1,2:ws=16,16,24,16",
}


@pytest.mark.parametrize("stem", ["small", "imagenet"])
@pytest.mark.parametrize("grid", TEXTS)
def test_blocks_and_stems_are_as_in_the_project(grid: str, stem: str) -> None:
    space, spec = NdsGrid(grid=grid, pool=2, stem=stem), InputSpec(3, 32)
    candidate = space.decode(TEXTS[grid])
    torch.manual_seed(0)
    ours = space.build(candidate, spec, OUTPUTS)
    torch.manual_seed(0)
    text = written_source(space, candidate, spec)
    check_same(ours, imported(text).create_model(), torch.randn(2, 3, 32, 32))
    kinds = {"resnet": "BasicBlock", "resnext_b": "BottleneckBlock", "vanilla": "VanillaBlock"}
    assert [kind for kind in kinds.values() if f"class {kind}" in text] == [kinds[grid]]
    assert ("class StridedStem" in text) == (stem == "imagenet")
