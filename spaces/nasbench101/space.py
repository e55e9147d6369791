"""NAS-Bench-101: one cell of at most seven vertices and nine edges, 423,624 candidates (Ying et al., 2019)."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spaces.base import InputSpec
from spaces.build_arguments import MOST_CELLS, check_build_arguments, check_size
from spaces.drawing.diagram import Diagram
from spaces.nasbench101.cell import (
    MAX_VERTICES,
    OPERATIONS,
    OUTPUT,
    Edge,
    NasBench101Cell,
    cell_from_matrix,
    pruned_cell,
)
from spaces.nasbench101.costs import nasbench101_costs
from spaces.nasbench101.diagram import nasbench101_diagram
from spaces.nasbench101.key import are_isomorphic, isomorphism_key
from spaces.nasbench101.mutants import (
    FLIP_PROBABILITY,
    INTERIOR,
    PAIRS,
    REPLACE_PROBABILITY,
    mutant_signatures,
    signatures_of,
)
from spaces.nasbench101.network import NasBench101Blueprint, build_nasbench101_network
from spaces.nasbench101.published import PUBLISHED_FORMS, read_published, write_published
from spaces.nasbench101.widths import REDUCTIONS, NasBench101Skeleton
from spaces.operation_costs import OperationCosts
from spaces.reading import read_candidate
from spaces.staged_network import StagedNetwork
from spaces.table_pool import TRIES, open_pool, settle_pool
from tasks.foundation.errors import unknown_name

if TYPE_CHECKING:
    import networkx as nx

_EDGE_PROBABILITY = 0.5
_MUTATION_ATTEMPTS = 100  # the worst parent, a lone edge, keeps its key in about nine of ten

_NAME_OF = {operation.partition("-")[0]: operation for operation in OPERATIONS}  # conv3x3, conv1x1, maxpool3x3
_SHORT_NAME_OF = {operation: name for name, operation in _NAME_OF.items()} | {OUTPUT: OUTPUT}
_FORM = "conv3x3~0+maxpool3x3~01+output~12, the sources of each vertex after vertex 0 in rising order"


class NasBench101:
    """The space of all cells, or of those in a table, built into the benchmark's skeleton."""

    published_forms: ClassVar[str] = PUBLISHED_FORMS
    later_options: ClassVar[tuple[str, ...]] = ("pool", "pool_digest")

    def __init__(
        self, *, stem_channels: int = 16, modules_per_stack: int = 3, pool: str = "", pool_digest: str = ""
    ) -> None:
        """Set the skeleton; the options are those of NasBench101Skeleton, and these.

        pool: a table, Parquet or CSV; only its cells are drawn, and mutations lead to them alone
        pool_digest: of that file, filled in, so that one that was replaced is noticed

        Networks start from 16 channels as GenNAS scores them; the benchmark's start from 128. Raises ValueError for
        fewer stem channels than a cell may have to share among its vertices, or for a stack without a cell, and
        UsageError as ``open_pool`` does.
        """
        check_size("stem_channels", stem_channels, least=INTERIOR)
        check_size("modules_per_stack", modules_per_stack, most=MOST_CELLS)
        self._skeleton = NasBench101Skeleton(stem_channels, modules_per_stack)
        self._pool = open_pool(pool, pool_digest, partial(read_candidate, self), signatures_of)

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the pool's full path and digest."""
        return settle_pool(options)

    def sample(self, rng: np.random.Generator) -> NasBench101Cell:
        """Return what pruning leaves of a random graph: every edge and operation even, drawn until it is a cell.

        With a pool, return one of its cells, all equally likely.
        """
        if self._pool:
            return self._pool.sample(rng)
        while True:
            edges = compress(PAIRS, (rng.random(len(PAIRS)) < _EDGE_PROBABILITY).tolist())
            cell = _cell_of(edges, rng.integers(len(OPERATIONS), size=INTERIOR))
            if cell is not None:
                return cell

    def mutate(self, candidate: NasBench101Cell, rng: np.random.Generator) -> NasBench101Cell:
        """Return another cell: every possible edge flipped, every operation replaced, with small probabilities.

        A smaller cell first gets idle vertices, random ones at random places, so that it may grow to seven vertices.
        With a pool, return the first of ``TRIES`` such cells that is in it, or else any other of its cells.
        """
        if self._pool:
            return self._pool.neighbour(mutant_signatures(candidate, TRIES, rng), rng)
        for _ in range(_MUTATION_ATTEMPTS):
            child = _mutant(candidate, rng)
            if child is not None and not are_isomorphic(child, candidate):
                return child
        return _with_one_vertex_changed(candidate, rng)

    def encode(self, candidate: NasBench101Cell) -> str:
        """Return each vertex but the input as ``operation~sources``: ``conv3x3~0+maxpool3x3~01+output~12``."""
        vertices = zip(candidate.labels[1:], candidate.sources[1:], strict=True)
        return "+".join(f"{_SHORT_NAME_OF[label]}~{''.join(map(str, sources))}" for label, sources in vertices)

    def decode(self, text: str) -> NasBench101Cell:
        """Return the cell of a text; raises ValueError saying what is wrong."""
        parts = text.split("+")
        if len(parts) > MAX_VERTICES - 1:
            raise ValueError(f"a cell has at most {MAX_VERTICES} vertices, got {len(parts) + 1}; the form is {_FORM}")
        named = [_parse_vertex(vertex, part) for vertex, part in enumerate(parts, start=1)]
        *names, last = (name for name, _ in named)
        if last != OUTPUT:
            raise ValueError(f"the last vertex is {last!r}, not {OUTPUT!r}; the form is {_FORM}")
        for name in names:
            if name not in _NAME_OF:
                raise unknown_name("operation", name, _NAME_OF)
        edges = [(source, target) for target, (_, sources) in enumerate(named, start=1) for source in sources]
        return NasBench101Cell(tuple(sorted(edges)), tuple(_NAME_OF[name] for name in names))

    def from_matrix(self, matrix: Sequence[Sequence[int]], labels: Sequence[str]) -> NasBench101Cell:
        """Return the pruned cell of an adjacency matrix and its vertices' labels, as published tables give them.

        Raises ValueError where there is no such cell.
        """
        return cell_from_matrix(matrix, labels)

    def from_published(self, text: str) -> NasBench101Cell | None:
        """Return the pruned cell of a matrix and operations, None for a text of no such form.

        Raises ValueError where there is no such cell.
        """
        return read_published(text)

    def to_published(self, candidate: NasBench101Cell) -> str:
        """Return matrix and operations as JSON."""
        return write_published(candidate)

    def key(self, candidate: NasBench101Cell) -> str:
        """Return the benchmark's hash: equal for cells that differ in the order of their vertices alone.

        Such cells share their key although the widths of their vertices may differ by a channel.
        """
        return isomorphism_key(candidate)

    def diagram(self, candidate: NasBench101Cell) -> Diagram:
        """Return the cell and the network."""
        return nasbench101_diagram(candidate, self._skeleton)

    def build(self, candidate: NasBench101Cell, input_spec: InputSpec, num_outputs: int) -> StagedNetwork:
        """Return the cell's network; raises ValueError for an input whose size is not a multiple of 4."""
        check_build_arguments(input_spec, num_outputs, coarsest=REDUCTIONS[-1])
        return build_nasbench101_network(candidate, self._skeleton, input_spec.channels, num_outputs)

    def blueprint(self, candidate: NasBench101Cell, input_spec: InputSpec) -> NasBench101Blueprint:
        """Return what the cell's network is made from."""
        return NasBench101Blueprint(candidate, self._skeleton)

    def operation_costs(self, candidate: NasBench101Cell, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        """Return what each vertex costs, as ``nasbench101_costs`` describes it; raises what ``build`` raises."""
        check_build_arguments(input_spec, num_outputs, coarsest=REDUCTIONS[-1])
        return nasbench101_costs(candidate, self._skeleton, input_spec, num_outputs)

    def to_graph(self, candidate: NasBench101Cell) -> "nx.DiGraph[int]":
        """Return the cell's graph: vertices 0, 1, ... whose ``op`` is ``input``, an operation or ``output``."""
        import networkx as nx

        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from((vertex, {"op": label}) for vertex, label in enumerate(candidate.labels))
        graph.add_edges_from(candidate.edges)
        return graph


def _cell_of(edges: Iterable[Edge], operations: np.ndarray) -> NasBench101Cell | None:
    """Return the pruned cell of seven vertices with the operations of these indices, or None where it is none."""
    try:
        return pruned_cell(tuple(edges), [OPERATIONS[index] for index in operations.tolist()])
    except ValueError:
        return None


def _mutant(cell: NasBench101Cell, rng: np.random.Generator) -> NasBench101Cell | None:
    """Return a random neighbour, perhaps the cell itself, or None where what was drawn is no cell."""
    inner = len(cell.operations)
    places = np.sort(rng.permutation(INTERIOR)[:inner])  # of the cell's vertices among all, counted from 0
    operations = rng.integers(len(OPERATIONS), size=INTERIOR)
    operations[places] = [OPERATIONS.index(operation) for operation in cell.operations]
    replaced = rng.random(INTERIOR) < REPLACE_PROBABILITY
    operations = (operations + replaced * rng.integers(1, len(OPERATIONS), size=INTERIOR)) % len(OPERATIONS)
    vertex = (0, *(places + 1).tolist(), MAX_VERTICES - 1)
    present = {(vertex[source], vertex[target]) for source, target in cell.edges}
    flipped = (rng.random(len(PAIRS)) < FLIP_PROBABILITY).tolist()
    edges = (pair for pair, flip in zip(PAIRS, flipped, strict=True) if (pair in present) != flip)
    return _cell_of(edges, operations)


def _with_one_vertex_changed(cell: NasBench101Cell, rng: np.random.Generator) -> NasBench101Cell:
    """Return the cell with another operation at one vertex, or the lone edge with a vertex on it."""
    if not cell.operations:
        return NasBench101Cell(((0, 1), (1, 2)), (OPERATIONS[int(rng.integers(len(OPERATIONS)))],))
    place = int(rng.integers(len(cell.operations)))
    others = [operation for operation in OPERATIONS if operation != cell.operations[place]]
    operation = others[int(rng.integers(len(others)))]
    return NasBench101Cell(cell.edges, (*cell.operations[:place], operation, *cell.operations[place + 1 :]))


def _parse_vertex(vertex: int, text: str) -> tuple[str, tuple[int, ...]]:
    """Return the name and the sources of a vertex."""
    name, _, digits = text.partition("~")
    if not re.fullmatch("[0-9]+", digits) or list(digits) != sorted(set(digits)):
        raise ValueError(f"vertex {vertex} is {text!r}, not operation~sources; the form is {_FORM}")
    return name, tuple(map(int, digits))
