"""NAS-Bench-201: one cell of six edges with five operations each, 15,625 candidates (Dong and Yang, 2020)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from spaces.base import InputSpec
from spaces.build_arguments import MOST_CELLS, check_build_arguments, check_size
from spaces.drawing.diagram import Diagram
from spaces.nasbench201.cell import EDGES, OPERATIONS, ZERO, NasBench201Cell, functional_class
from spaces.nasbench201.costs import nasbench201_costs
from spaces.nasbench201.diagram import nasbench201_diagram
from spaces.nasbench201.mutants import RESAMPLE_PROBABILITY, mutant_signatures, signatures_of
from spaces.nasbench201.network import REDUCTIONS, NasBench201Blueprint, NasBench201Skeleton, build_nasbench201_network
from spaces.nasbench201.published import PUBLISHED_FORMS, read_published
from spaces.operation_costs import OperationCosts
from spaces.reading import read_candidate
from spaces.staged_network import StagedNetwork
from spaces.table_pool import TRIES, open_pool, settle_pool
from tasks.foundation.errors import unknown_name

if TYPE_CHECKING:
    import networkx as nx

    from spaces.supernet.base import SupernetOptions
    from spaces.supernet.supernet import Supernet

_MUTATION_ATTEMPTS = 100  # each fails with probability (1 - .2 * 4/5) ** 6 = .35

_NODES = ("input", "sum", "sum", "output")
_FORM = "|OP~0|+|OP~0|OP~1|+|OP~0|OP~1|OP~2|"


class NasBench201:
    """The space of all cells, or of those in a table, built into the benchmark's skeleton."""

    published_forms: ClassVar[str] = PUBLISHED_FORMS
    later_options: ClassVar[tuple[str, ...]] = ("biases", "pool", "pool_digest")
    used_with: ClassVar[Mapping[str, object]] = {"affine": True}  # without it an answer depends on the whole batch
    norms_as_relaxed: ClassVar[bool] = True  # no pooling has one, and a scale and a shift begin as 1 and 0

    def __init__(
        self,
        *,
        stem_channels: int = 16,
        cells_per_stage: int = 5,
        affine: bool = False,
        biases: bool = False,
        pool: str = "",
        pool_digest: str = "",
    ) -> None:
        """Set the skeleton; the options are those of NasBench201Skeleton, and these.

        pool: a table, Parquet or CSV; only its cells are drawn, and mutations lead to them alone
        pool_digest: of that file, filled in, so that one that was replaced is noticed

        With ``affine`` networks are as the benchmark publishes their size and accuracy. Without it they are as GenNAS
        scores them; the published program then gives convolutions inside cells ``biases``, which the normalisation
        behind them takes away again, but which multiply gradients by hundreds behind a node of zeros. Raises
        ValueError where a number is below 1, and UsageError as ``open_pool`` does.
        """
        check_size("stem_channels", stem_channels)
        check_size("cells_per_stage", cells_per_stage, most=MOST_CELLS)
        self._skeleton = NasBench201Skeleton(stem_channels, cells_per_stage, affine, biases)
        self._pool = open_pool(pool, pool_digest, partial(read_candidate, self), signatures_of)

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the pool's full path and digest."""
        return settle_pool(options)

    def candidates(self) -> Iterator[NasBench201Cell]:
        """Yield every candidate, of the pool where there is one, once."""
        return iter(self._pool.members) if self._pool else map(NasBench201Cell, product(OPERATIONS, repeat=len(EDGES)))

    def sample(self, rng: np.random.Generator) -> NasBench201Cell:
        """Return a cell whose operations are independent and uniform; with a pool one of its cells, all alike."""
        return self._pool.sample(rng) if self._pool else _sample(rng)

    def mutate(self, candidate: NasBench201Cell, rng: np.random.Generator) -> NasBench201Cell:
        """Return another cell: every edge drawn anew with probability .2, until at least one differs.

        With a pool, return the first of ``TRIES`` such cells that is in it, or else any other of its cells.
        """
        if self._pool:
            return self._pool.neighbour(mutant_signatures(candidate, TRIES, rng), rng)
        for _ in range(_MUTATION_ATTEMPTS):
            drawn = _sample(rng).operations
            resampled = rng.random(len(EDGES)) < RESAMPLE_PROBABILITY
            child = NasBench201Cell(tuple(np.where(resampled, drawn, candidate.operations).tolist()))
            if child != candidate:
                return child
        return _with_one_edge_changed(candidate, rng)

    def encode(self, candidate: NasBench201Cell) -> str:
        """Return the benchmark's text, ``|op~0|+|op~0|op~1|+|op~0|op~1|op~2|``."""
        nodes = ["|", "|", "|"]
        for (source, target), operation in zip(EDGES, candidate.operations, strict=True):
            nodes[target - 1] += f"{operation}~{source}|"
        return "+".join(nodes)

    def decode(self, text: str) -> NasBench201Cell:
        """Return the cell of the benchmark's text; raises ValueError naming the part that is wrong."""
        nodes = text.split("+")
        if len(nodes) != 3:
            raise ValueError(f"{text!r} describes {len(nodes)} nodes instead of 3; the form is {_FORM}")
        parts = [part for node, node_text in enumerate(nodes, start=1) for part in _parts_into(node, node_text)]
        return NasBench201Cell(tuple(_operation_of(part, edge) for part, edge in zip(parts, EDGES, strict=True)))

    def from_published(self, text: str) -> NasBench201Cell | None:
        """Return the cell of NASLib's six numbers, None for a text that is no list; raises ValueError for another."""
        return read_published(text)

    def to_published(self, candidate: NasBench201Cell) -> str:
        """Return the benchmark's text, which is the space's own."""
        return self.encode(candidate)

    def functional_key(self, candidate: NasBench201Cell) -> str:
        """Return the expression that the cell computes: 4,930 for all cells, one for those without a path.

        With ``biases`` there are more: a convolution of zeros counts.
        """
        return functional_class(candidate.operations, biases=self._skeleton.biases)

    def diagram(self, candidate: NasBench201Cell) -> Diagram:
        """Return the cell and the network; strengths of edges are those of ``cell``."""
        return nasbench201_diagram(candidate, self._skeleton)

    def build(
        self, candidate: NasBench201Cell, input_spec: InputSpec, num_outputs: int, *, searched: bool = False
    ) -> StagedNetwork:
        """Return the cell's network; raises ValueError for an input whose size is not a multiple of 4.

        searched: normalisation inside cells as in a supernet, whatever ``affine`` says.
        """
        check_build_arguments(input_spec, num_outputs, coarsest=REDUCTIONS[-1])
        plan = self.blueprint(candidate, input_spec, searched=searched)
        return build_nasbench201_network(plan.operations, plan.skeleton, input_spec.channels, num_outputs)

    def blueprint(
        self, candidate: NasBench201Cell, input_spec: InputSpec, *, searched: bool = False
    ) -> NasBench201Blueprint:
        """Return what the cell's network is made from; searched: as in ``build``."""
        skeleton = replace(self._skeleton, affine=self._skeleton.affine and not searched)
        return NasBench201Blueprint(candidate.operations, skeleton)

    def operation_costs(self, candidate: NasBench201Cell, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        """Return what each edge costs, as ``nasbench201_costs`` describes it; raises what ``build`` raises."""
        check_build_arguments(input_spec, num_outputs, coarsest=REDUCTIONS[-1])
        return nasbench201_costs(candidate.operations, self._skeleton, input_spec, num_outputs)

    def relax(
        self, input_spec: InputSpec, num_outputs: int, options: "SupernetOptions | None" = None
    ) -> "Supernet[NasBench201Cell]":
        """Return a supernet with one cell at all places; its ``affine`` is off.

        Raises ValueError for an input whose size is not a multiple of 4, for options that do not suit the space, and
        for a space with a pool.
        """
        from spaces.nasbench201.supernet import build_nasbench201_supernet  # scoring candidates needs none of it

        if self._pool:
            raise ValueError("a supernet holds all cells, not those of space.pool alone; leave that option out")
        check_build_arguments(input_spec, num_outputs, coarsest=REDUCTIONS[-1])
        return build_nasbench201_supernet(self._skeleton, input_spec.channels, num_outputs, options)

    def to_graph(self, candidate: NasBench201Cell) -> "nx.DiGraph[int]":
        """Return the cell's graph, with a vertex for each node and for each operation that is not zero, dead or live.

        Vertices 0 to 3 are the nodes, whose ``op`` is ``input``, ``sum``, ``sum`` and ``output``; those from 4 on are
        the operations in the order of EDGES, each between the two nodes that it joins.
        """
        import networkx as nx

        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from((node, {"op": op}) for node, op in enumerate(_NODES))
        for (source, target), operation in zip(EDGES, candidate.operations, strict=True):
            if operation != ZERO:
                vertex = len(graph)
                graph.add_node(vertex, op=operation)
                graph.add_edges_from([(source, vertex), (vertex, target)])
        return graph


def _sample(rng: np.random.Generator) -> NasBench201Cell:
    return NasBench201Cell(tuple(OPERATIONS[index] for index in rng.integers(len(OPERATIONS), size=len(EDGES))))


def _with_one_edge_changed(cell: NasBench201Cell, rng: np.random.Generator) -> NasBench201Cell:
    edge = int(rng.integers(len(EDGES)))
    others = [operation for operation in OPERATIONS if operation != cell.operations[edge]]
    operation = others[int(rng.integers(len(others)))]
    return NasBench201Cell((*cell.operations[:edge], operation, *cell.operations[edge + 1 :]))


def _parts_into(node: int, text: str) -> list[str]:
    parts = text.split("|")
    if len(parts) != node + 2 or parts[0] or parts[-1]:
        raise ValueError(f"node {node} is {text!r}, not {_FORM.split('+')[node - 1]}; the form is {_FORM}")
    return parts[1:-1]


def _operation_of(part: str, edge: tuple[int, int]) -> str:
    source, target = edge
    operation, _, given_source = part.rpartition("~")
    if operation not in OPERATIONS:
        raise unknown_name(f"operation on edge {source}->{target}", operation or part, OPERATIONS)
    if given_source != str(source):
        raise ValueError(f"{part!r} into node {target} must end in ~{source}; the form is {_FORM}")
    return operation
