"""Catches: an edge that is computed though it leads nowhere or is left out of the state, convolutions that the project
computes as one and that are not here."""

import pytest
import torch

from evo.exporting.sources.nasbench201 import nasbench201_source
from evo.exporting.sources.source import Shape
from evo.exporting.torch_source import imported
from spaces import InputSpec
from spaces.nasbench201.space import NasBench201
from tests.evo.exporting.networks.test_cells import check_same
from tests.exported import OUTPUTS, written_source

SPEC = InputSpec(3, 8)
CELLS = {
    "nothing": "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
    "dead": "|none~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|avg_pool_3x3~1|none~2|",
    "joined": "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|nor_conv_3x3~0|nor_conv_1x1~1|nor_conv_1x1~2|",
    "from_zeros": "|none~0|+|none~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|skip_connect~2|",
}


@pytest.mark.parametrize("options", [{}, {"affine": True}, {"biases": True}])
@pytest.mark.parametrize("name", CELLS)
def test_dead_joined_and_missing_edges_are_as_in_the_project(name: str, options: dict[str, bool]) -> None:
    space = NasBench201(stem_channels=8, cells_per_stage=2, **options)
    candidate = space.decode(CELLS[name])
    torch.manual_seed(0)
    ours = space.build(candidate, SPEC, OUTPUTS)
    torch.manual_seed(0)
    other = imported(written_source(space, candidate, SPEC)).create_model()
    check_same(ours, other, torch.randn(4, 3, 8, 8))


def test_a_cell_is_straight_lines() -> None:
    space = NasBench201(stem_channels=8, cells_per_stage=1, affine=True)
    cell = space.decode("|nor_conv_3x3~0|+|skip_connect~0|none~1|+|none~0|avg_pool_3x3~1|none~2|")
    text = nasbench201_source(space.blueprint(cell, SPEC), Shape(SPEC, 10, 4)).text
    assert '"0_to_2": nn.Identity(),  # leads nowhere' in text
    assert (
        '        node_1 = self.layers["0_to_1"](node_0)\n'
        '        node_3 = self.layers["1_to_3"](node_1)\n'
        "        return node_3\n"
    ) in text
    assert "of those too that lie on no path" in text
