"""Catches: a cell that is read otherwise than the project writes it."""

from evo.exporting.networks.cell_texts import cell_of
from spaces.cells.genotype import Concatenation, concatenated
from spaces.cells.text import encode_nodes

NODES = ((("skip_connect", 0), ("sep_conv_3x3", 1)), (("none", 2), ("max_pool_3x3", 0)))


def test_a_cell_is_read_as_it_is_written() -> None:
    found = cell_of(encode_nodes(NODES))
    assert found.nodes == NODES
    assert found.concat == concatenated(NODES, Concatenation.ALL) == (2, 3)
