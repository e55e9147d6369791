"""The space of cells that gradient search derives (DARTS, Liu et al., 2019), and its restrictions S1 to S4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from spaces.base import InputSpec
from spaces.build_arguments import MOST_CELLS, check_build_arguments, check_size
from spaces.cell_graph import genotype_graph
from spaces.cell_network import LEAST_CELLS, CellLayout, CellNetwork, build_cell_network
from spaces.cell_text import check_operation, decode_nodes, encode_nodes, split_fields
from spaces.darts_edges import EDGE_CANDIDATES, EDGES, NODES, STATES, selectable
from spaces.derivation import Candidates
from spaces.genotype import Choice, Concatenation, Genotype, Node, Nodes, check_nodes, genotype_of
from spaces.genotype_notation import read_genotype
from tasks.errors import unknown_name

if TYPE_CHECKING:
    import networkx as nx

_CELLS = ("normal", "reduction")

Edges = Mapping[tuple[int, int], Candidates]  # node and source -> operations that may be chosen there


@dataclass(frozen=True)
class DartsCandidate:
    """A normal and a reduction cell of four nodes; the two sources of a node differ and ascend."""

    normal: Nodes
    reduction: Nodes

    def __post_init__(self) -> None:
        """Raise ValueError for cells that are none, or whose edges are not in order."""
        for name, nodes in zip(_CELLS, (self.normal, self.reduction), strict=True):
            if len(nodes) != NODES:
                raise ValueError(f"the {name} cell has {len(nodes)} nodes instead of {NODES}")
            check_nodes(nodes)
            for number, ((_, first), (_, second)) in zip(STATES, nodes, strict=True):
                if first >= second:
                    where = f"node {number} of the {name} cell"
                    raise ValueError(f"{where} reads states {first} and {second}; they must differ and ascend")


class Darts:
    """The cells that can be derived in one space, built into networks of one size."""

    def __init__(self, *, space: str = "s0", channels: int = 16, cells: int = 8) -> None:
        """Choose the space, s0 (all of DARTS) to s4, and the size of its networks.

        channels: of the first cell's nodes, at least 2; cells: how many, at least 3. Raises ValueError for anything
        else.
        """
        if space not in EDGE_CANDIDATES:
            raise unknown_name("space of DARTS cells", space, EDGE_CANDIDATES)
        check_size("channels", channels, least=2)
        check_size("cells", cells, least=LEAST_CELLS, most=MOST_CELLS)
        self._layout = CellLayout(channels, cells)
        candidates = EDGE_CANDIDATES[space]
        self._operations: dict[str, Edges] = {
            name: dict(zip(EDGES, map(selectable, edges), strict=True))
            for name, edges in zip(_CELLS, (candidates.normal, candidates.reduction), strict=True)
        }

    def size(self) -> int:
        """Return the number of candidates."""
        return prod(_count_nodes(edges, state) for edges in self._operations.values() for state in STATES)

    def sample(self, rng: np.random.Generator) -> DartsCandidate:
        """Return cells whose pairs of sources are uniform, and whose operations are uniform on each edge."""
        normal, reduction = (
            tuple(_sample_node(edges, state, rng) for state in STATES) for edges in self._operations.values()
        )
        return DartsCandidate(normal, reduction)

    def mutate(self, candidate: DartsCandidate, rng: np.random.Generator) -> DartsCandidate:
        """Return a candidate with one edge's operation or one source changed.

        Which of these, and the new value, is uniform. An edge that changes its source keeps its operation where the
        new edge has it too, and draws another one there otherwise.
        """
        self._check(candidate)
        name, state, position, moves = _MOVES[rng.integers(len(_MOVES))]
        nodes: Nodes = getattr(candidate, name)
        index = state - STATES.start
        kept, chosen = nodes[index][1 - position], nodes[index][position]
        edges = self._operations[name]
        new = _moved(edges, state, chosen, kept[1], rng) if moves else _replaced(edges, state, chosen, rng)
        return replace(candidate, **{name: (*nodes[:index], _node(kept, new), *nodes[index + 1 :])})

    def encode(self, candidate: DartsCandidate) -> str:
        """Return e.g. ``normal=sep_conv_3x3~0,sep_conv_3x3~1/...:reduction=...``."""
        return f"normal={encode_nodes(candidate.normal)}:reduction={encode_nodes(candidate.reduction)}"

    def decode(self, text: str) -> DartsCandidate:
        """Return the candidate of a text; raises ValueError naming the part that is wrong."""
        normal, reduction = split_fields(text, _CELLS)
        return self._check(DartsCandidate(decode_nodes(normal, NODES), decode_nodes(reduction, NODES)))

    def from_genotype(self, genotype: Genotype | str) -> DartsCandidate:
        """Return the candidate of a genotype or of its usual notation, the edges of its nodes in order.

        Raises ValueError for one that this space does not derive.
        """
        if isinstance(genotype, str):
            genotype = read_genotype(genotype)
        normal, reduction = (
            tuple(_node(*node) for node in cell.nodes) for cell in (genotype.normal, genotype.reduction)
        )
        candidate = self._check(DartsCandidate(normal, reduction))
        if (genotype.normal.concat, genotype.reduction.concat) != (tuple(STATES), tuple(STATES)):
            raise ValueError(f"cells of this space concatenate all nodes, {STATES.start} to {STATES.stop - 1}")
        return candidate

    def to_genotype(self, candidate: DartsCandidate) -> Genotype:
        """Return both cells, all nodes concatenated."""
        return genotype_of(candidate.normal, candidate.reduction, Concatenation.ALL)

    def to_graph(self, candidate: DartsCandidate) -> "nx.DiGraph[Any]":
        """Return the graph of both cells, as ``genotype_graph`` describes it."""
        return genotype_graph(self.to_genotype(candidate))

    def build(self, candidate: DartsCandidate, input_spec: InputSpec, num_outputs: int) -> CellNetwork:
        """Return the candidate's network; raises ValueError for an input whose size is not a multiple of 4."""
        check_build_arguments(input_spec, num_outputs, coarsest=self._layout.reductions[-1])
        return build_cell_network(self.to_genotype(candidate), self._layout, input_spec.channels, num_outputs)

    def _check(self, candidate: DartsCandidate) -> DartsCandidate:
        for name, edges in self._operations.items():
            for state, node in zip(STATES, getattr(candidate, name), strict=True):
                for operation, source in node:
                    check_operation(operation, edges[state, source], f"on edge {source}->{state} of the {name} cell")
        return candidate


# Cell, node, position of the edge in it, whether its source changes; the first node reads both inputs in any case.
_MOVES = tuple(
    (name, state, position, moves)
    for name in _CELLS
    for state in STATES
    for position in range(2)
    for moves in (False, True)
    if not moves or state > STATES.start
)


def _count_nodes(edges: Edges, state: int) -> int:
    return sum(len(edges[state, first]) * len(edges[state, second]) for first, second in combinations(range(state), 2))


def _sample_node(edges: Edges, state: int, rng: np.random.Generator) -> Node:
    first = int(rng.integers(state))
    second = (first + int(rng.integers(1, state))) % state
    return _node(*((_draw(edges[state, source], rng), source) for source in (first, second)))


def _replaced(edges: Edges, state: int, chosen: Choice, rng: np.random.Generator) -> Choice:
    operation, source = chosen
    return _draw([other for other in edges[state, source] if other != operation], rng), source


def _moved(edges: Edges, state: int, chosen: Choice, taken: int, rng: np.random.Generator) -> Choice:
    operation, old = chosen
    sources = [source for source in range(state) if source not in (old, taken)]
    source = sources[rng.integers(len(sources))]
    allowed = edges[state, source]
    return operation if operation in allowed else _draw(allowed, rng), source


def _draw(operations: Sequence[str], rng: np.random.Generator) -> str:
    return operations[int(rng.integers(len(operations)))]


def _node(one: Choice, other: Choice) -> Node:
    """Return a node with its edges in the order of their sources: equal cells have one text."""
    return (one, other) if one[1] <= other[1] else (other, one)
