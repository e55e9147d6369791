"""Cells as texts, for networks of many different ones."""

from spaces.cells.genotype import CellGenotype


def cell_of(text: str) -> CellGenotype:
    """Return the cell of a text, all of whose nodes are concatenated: ``skip_connect~0,none~1/sep_conv_3x3~0,...``.

    Nodes have / between them; each has two operations, with the number of the state that it reads behind ~.
    """
    pairs = [[choice.split("~") for choice in node.split(",")] for node in text.split("/")]
    nodes = tuple(((one, int(first)), (other, int(second))) for (one, first), (other, second) in pairs)
    return CellGenotype(nodes, tuple(range(2, 2 + len(nodes))))
