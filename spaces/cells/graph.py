"""The graph of cells."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spaces.cells.genotype import INPUTS, CellGenotype, Genotype

if TYPE_CHECKING:
    import networkx as nx


def genotype_graph(genotype: Genotype) -> "nx.DiGraph[Any]":
    """Return both cells as one graph, as ``cells_graph`` describes it, prefixed ``normal/`` and ``reduction/``."""
    return cells_graph({"normal": genotype.normal, "reduction": genotype.reduction})


def cells_graph(cells: Mapping[str, CellGenotype]) -> "nx.DiGraph[Any]":
    """Return cells as one graph of unconnected parts, every node with the attribute ``op``.

    For each cell, prefixed with its name and ``/``: the inputs ``0`` and ``1`` ("input"), for the first and
    second choice of a node k the operations ``k.0`` and ``k.1``, the node itself ``k`` ("sum") and ``output``
    ("concat"). Edges run from what is read to what reads it.
    """
    import networkx as nx

    graph: nx.DiGraph[Any] = nx.DiGraph()
    for name, cell in cells.items():
        _add_cell(graph, f"{name}/", cell)
    return graph


def _add_cell(graph: "nx.DiGraph[Any]", prefix: str, cell: CellGenotype) -> None:
    for number in range(INPUTS):
        graph.add_node(f"{prefix}{number}", op="input")
    for number, node in enumerate(cell.nodes, start=INPUTS):
        graph.add_node(f"{prefix}{number}", op="sum")
        for position, (operation, source) in enumerate(node):
            name = f"{prefix}{number}.{position}"
            graph.add_node(name, op=operation)
            graph.add_edge(f"{prefix}{source}", name)
            graph.add_edge(name, f"{prefix}{number}")
    graph.add_node(f"{prefix}output", op="concat")
    graph.add_edges_from((f"{prefix}{number}", f"{prefix}output") for number in cell.concat)
