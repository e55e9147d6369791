"""Sampling and mutating the nodes of one DARTS cell, given the candidate operations of each edge."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import prod

import numpy as np

from spaces.cells.genotype import CellGenotype, Choice, Node, Nodes, check_nodes
from spaces.cells.text import check_operation
from spaces.darts.edges import EDGES, NODES, STATES, selectable
from spaces.supernet.derivation import Candidates, Edge

Operations = Mapping[Edge, Candidates]
"""Source and target of an edge -> operations that may be chosen there."""

Move = tuple[int, int, bool]
"""Node, position of the edge in it, whether its source changes."""

MOVES: tuple[Move, ...] = tuple(
    (state, position, moves)
    for state in STATES
    for position in range(2)
    for moves in (False, True)
    if not moves or state > STATES.start  # the first node reads both inputs in any case
)


def selectable_operations(candidates: Sequence[Candidates]) -> Operations:
    """Return what may be chosen on every edge; candidates: of each of EDGES."""
    return dict(zip(EDGES, map(selectable, candidates), strict=True))


def check_derived(cell: str, nodes: Nodes) -> None:
    """Raise ValueError unless these are nodes of a derived cell: four, whose two sources differ and ascend.

    cell: what the error calls it, e.g. ``"the normal cell"``.
    """
    if len(nodes) != NODES:
        raise ValueError(f"{cell} has {len(nodes)} nodes instead of {NODES}")
    check_nodes(nodes)
    for number, ((_, first), (_, second)) in zip(STATES, nodes, strict=True):
        if first >= second:
            where = f"node {number} of {cell}"
            raise ValueError(f"{where} reads states {first} and {second}; they must differ and ascend")


def check_selectable(cell: str, nodes: Nodes, operations: Operations) -> None:
    """Raise ValueError for an operation that may not be chosen on its edge; cell: as in ``check_derived``."""
    for state, node in zip(STATES, nodes, strict=True):
        for operation, source in node:
            check_operation(operation, operations[source, state], f"on edge {source}->{state} of {cell}")


def count_cells(operations: Operations) -> int:
    """Return the number of cells."""
    return prod(
        sum(
            len(operations[first, state]) * len(operations[second, state])
            for first, second in combinations(range(state), 2)
        )
        for state in STATES
    )


def sample_nodes(operations: Operations, rng: np.random.Generator) -> Nodes:
    """Return nodes whose pairs of sources are uniform, and whose operations are uniform on each edge."""
    return tuple(_sample_node(operations, state, rng) for state in STATES)


def moved_nodes(nodes: Nodes, operations: Operations, move: Move, rng: np.random.Generator) -> Nodes:
    """Return nodes with one edge's operation or source changed to another; the new value is uniform.

    An edge that changes its source keeps its operation where the new edge has it too, and draws another one there
    otherwise.
    """
    state, position, moves = move
    index = state - STATES.start
    kept, chosen = nodes[index][1 - position], nodes[index][position]
    new = _moved(operations, state, chosen, kept[1], rng) if moves else _replaced(operations, state, chosen, rng)
    return (*nodes[:index], ordered_node(kept, new), *nodes[index + 1 :])


def ordered_node(one: Choice, other: Choice) -> Node:
    """Return a node with its edges in the order of their sources: equal cells have one text."""
    return (one, other) if one[1] <= other[1] else (other, one)


def ordered_cell(name: str, cell: CellGenotype) -> Nodes:
    """Return a cell's nodes, the edges of each in order; raises ValueError unless DARTS derives and concatenates such.

    name: as in ``check_derived``
    """
    nodes = tuple(ordered_node(*node) for node in cell.nodes)
    check_derived(name, nodes)
    if cell.concat != tuple(STATES):
        raise ValueError(f"cells of this space concatenate all nodes, {STATES.start} to {STATES.stop - 1}")
    return nodes


def _sample_node(operations: Operations, state: int, rng: np.random.Generator) -> Node:
    first = int(rng.integers(state))
    second = (first + int(rng.integers(1, state))) % state
    return ordered_node(*((_draw(operations[source, state], rng), source) for source in (first, second)))


def _replaced(operations: Operations, state: int, chosen: Choice, rng: np.random.Generator) -> Choice:
    operation, source = chosen
    return _draw([other for other in operations[source, state] if other != operation], rng), source


def _moved(operations: Operations, state: int, chosen: Choice, taken: int, rng: np.random.Generator) -> Choice:
    operation, old = chosen
    sources = [source for source in range(state) if source not in (old, taken)]
    source = sources[rng.integers(len(sources))]
    allowed = operations[source, state]
    return operation if operation in allowed else _draw(allowed, rng), source


def _draw(operations: Sequence[str], rng: np.random.Generator) -> str:
    return operations[int(rng.integers(len(operations)))]
