"""The graph of a recurrent cell."""

from typing import TYPE_CHECKING, Any

from spaces.recurrent_cell import RecurrentCell

if TYPE_CHECKING:
    import networkx as nx


def cell_graph(cell: RecurrentCell) -> "nx.DiGraph[Any]":
    """Return the graph of a cell: an edge from every operand to its node, numbered by its ``position``.

    Every node has ``op`` and ``role``: of the input ``x`` and of an old state both are ``x`` and ``h_prev``; of a node
    ``op`` is its operation, and ``role`` is ``h_new`` for a new state and ``node`` otherwise.
    """
    import networkx as nx

    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_node("x", op="x", role="x")
    graph.add_nodes_from(cell.old_states, op="h_prev", role="h_prev")
    for node in cell.nodes:
        role = "h_new" if node.name in cell.new_states else "node"
        graph.add_node(node.name, op=node.operation, role=role)
    for node in cell.nodes:
        for position, operand in enumerate(node.operands):
            graph.add_edge(operand, node.name, position=position)
    return graph
