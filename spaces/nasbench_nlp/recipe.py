"""Recurrent cells as text and as graph: NAS-Bench-NLP's JSON recipes, and the one word that a run logs."""

import json
import re
import reprlib
from typing import TYPE_CHECKING, Any

from spaces.nasbench_nlp.cell import MOST_NODES, Node, RecurrentCell

if TYPE_CHECKING:
    import networkx as nx

_FORM = "NAME=OPERATION(OPERAND,OPERAND);NAME=..."
_NODE = re.compile(r"([A-Za-z0-9_]+)=([A-Za-z0-9_]+)\(([A-Za-z0-9_,]+)\)")


def to_text(cell: RecurrentCell) -> str:
    """Return the nodes in order, e.g. ``f=linear(x,h_prev_0);h_new_0=activation_tanh(f)``."""
    return ";".join(f"{node.name}={node.operation}({','.join(node.operands)})" for node in cell.nodes)


def from_text(text: str) -> RecurrentCell:
    """Return the cell of a text; raises ValueError naming the part that is wrong."""
    parts = text.split(";", MOST_NODES)
    matches = [_NODE.fullmatch(part) for part in parts]
    for part, match in zip(parts, matches, strict=True):
        if match is None:
            raise ValueError(f"{reprlib.repr(part)} is no node; the form is {_FORM}")
    found = [match.groups() for match in matches if match is not None]
    return RecurrentCell(tuple(Node(name, operation, tuple(read.split(","))) for name, operation, read in found))


def to_recipe(cell: RecurrentCell) -> str:
    """Return the JSON recipe of a cell, without spaces as the benchmark's logs have it."""
    record = {node.name: {"op": node.operation, "input": list(node.operands)} for node in cell.nodes}
    return json.dumps(record, separators=(",", ":"))


def from_recipe(recipe: str) -> RecurrentCell:
    """Return the cell of a JSON recipe, ``{"NAME": {"op": OPERATION, "input": [OPERAND, ...]}, ...}``.

    Raises ValueError saying what is wrong.
    """
    try:
        pairs = json.loads(recipe, object_pairs_hook=tuple)  # a plain dict would lose a node given twice
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the recipe is not JSON: {error}") from error
    if not isinstance(pairs, tuple):
        raise ValueError(f"a recipe is an object of nodes, not {reprlib.repr(recipe)}")
    return RecurrentCell(tuple(_node(name, fields) for name, fields in pairs))


def _node(name: str, fields: Any) -> Node:
    record = dict(fields) if isinstance(fields, tuple) else {}
    operation, operands = record.get("op"), record.get("input")
    if len(record) != 2 or not isinstance(operation, str) or not isinstance(operands, list):
        raise ValueError(f'node {name!r} of the recipe must be {{"op": OPERATION, "input": [OPERAND, ...]}}')
    return Node(name, operation, tuple(map(str, operands)))


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
