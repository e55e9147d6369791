"""Catches: a source that is not narrowed for a vertex of fewer channels, an output without its projected input."""

import pytest
import torch

from evo.exporting.torch_source import imported
from spaces import InputSpec
from spaces.nasbench101.space import NasBench101
from tests.evo.exporting.networks.test_cells import check_same
from tests.exported import OUTPUTS, written_source

SPEC = InputSpec(3, 8)
CELLS = {
    "edge": "output~0",
    "one": "conv3x3~0+output~1",
    "pool": "maxpool3x3~0+output~1",
    "beside_input": "conv3x3~0+maxpool3x3~01+output~012",
    "narrowed": "conv3x3~0+conv1x1~1+maxpool3x3~1+conv3x3~1+output~234",  # 6, 5 and 5 of 16 channels
    "chain": "conv1x1~0+maxpool3x3~1+conv3x3~02+conv1x1~3+output~4",
}


@pytest.mark.parametrize("modules", [1, 2, 4])
@pytest.mark.parametrize("name", CELLS)
def test_cells_are_as_in_the_project(name: str, modules: int) -> None:
    space = NasBench101(stem_channels=16, modules_per_stack=modules)
    cell = space.decode(CELLS[name])
    torch.manual_seed(0)
    ours = space.build(cell, SPEC, OUTPUTS)
    torch.manual_seed(0)
    text = written_source(space, cell, SPEC)
    check_same(ours, imported(text).create_model(), torch.randn(2, 3, 8, 8))
    assert ("[:, : self.width_" in text) == (name == "narrowed")
    assert ("for _ in range(3))" in text) == (modules == 4)
