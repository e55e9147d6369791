"""The space of cells that gradient search derives (DARTS, Liu et al., 2019), and its restrictions S1 to S4."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spaces.base import InputSpec
from spaces.build_arguments import MOST_CELLS, check_build_arguments, check_size
from spaces.cells.costs import genotype_costs
from spaces.cells.diagrams import INPUTS_NOTE, genotype_parts, skeleton_part
from spaces.cells.genotype import Concatenation, Genotype, Nodes, genotype_of
from spaces.cells.graph import genotype_graph
from spaces.cells.network import LEAST_CELLS, CellLayout, CellNetwork, CellsBlueprint, build_cell_network
from spaces.cells.notation import read_genotype, write_genotype
from spaces.cells.public_genotype import PUBLIC_FORMS, read_public
from spaces.cells.text import decode_nodes, encode_nodes, split_fields
from spaces.darts.edges import EDGE_CANDIDATES, EDGES, NODES, STATES
from spaces.darts.nodes import (
    MOVES,
    check_derived,
    check_selectable,
    count_cells,
    moved_nodes,
    ordered_cell,
    sample_nodes,
    selectable_operations,
)
from spaces.darts.supernet import DartsSupernetBody
from spaces.drawing.diagram import Diagram
from spaces.operation_costs import OperationCosts
from spaces.supernet.base import PLAIN, SupernetOptions
from spaces.supernet.derivation import Choices, top_two_edges
from spaces.supernet.searched_cells import SearchedCells, choices_of, nodes_of
from spaces.supernet.supernet import Supernet
from tasks.foundation.errors import unknown_name

if TYPE_CHECKING:
    import networkx as nx

_CELLS = ("normal", "reduction")


@dataclass(frozen=True)
class DartsCandidate:
    """A normal and a reduction cell of four nodes; the two sources of a node differ and ascend."""

    normal: Nodes
    reduction: Nodes

    def __post_init__(self) -> None:
        """Raise ValueError for cells that are none, or whose edges are not in order."""
        for name, nodes in zip(_CELLS, (self.normal, self.reduction), strict=True):
            check_derived(f"the {name} cell", nodes)


class DartsCells:
    """The cells that can be derived in one space, built into networks of one size."""

    published_forms: ClassVar[str] = PUBLIC_FORMS

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
        self._cells = SearchedCells(
            EDGES,
            dict(zip(_CELLS, (candidates.normal, candidates.reduction), strict=True)),
            top_two_edges,
            _joined,
            _split,
        )
        self._operations = {name: selectable_operations(edges) for name, edges in self._cells.candidates.items()}

    def size(self) -> int:
        """Return the number of candidates."""
        return prod(map(count_cells, self._operations.values()))

    def sample(self, rng: np.random.Generator) -> DartsCandidate:
        """Return cells whose pairs of sources are uniform, and whose operations are uniform on each edge."""
        return DartsCandidate(*(sample_nodes(operations, rng) for operations in self._operations.values()))

    def mutate(self, candidate: DartsCandidate, rng: np.random.Generator) -> DartsCandidate:
        """Return a candidate with one operation or one source changed, all equally likely.

        ``moved_nodes`` says what takes its place.
        """
        self._check(candidate)
        cell, move = divmod(int(rng.integers(len(_CELLS) * len(MOVES))), len(MOVES))
        name = _CELLS[cell]
        nodes = moved_nodes(getattr(candidate, name), self._operations[name], MOVES[move], rng)
        return replace(candidate, **{name: nodes})

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
        cells = zip(_CELLS, (genotype.normal, genotype.reduction), strict=True)
        return self._check(DartsCandidate(*(ordered_cell(f"the {name} cell", cell) for name, cell in cells)))

    def from_published(self, text: str) -> DartsCandidate | None:
        """Return the candidate of a genotype's text or of a published cell's name, None for anything else.

        Raises ValueError for one that this space does not derive.
        """
        genotype = read_public(text, "darts", Concatenation.ALL)
        return None if genotype is None else self.from_genotype(genotype)

    def to_published(self, candidate: DartsCandidate) -> str:
        """Return ``Genotype(...)``, as the code of DARTS prints it."""
        return write_genotype(self.to_genotype(candidate))

    def to_genotype(self, candidate: DartsCandidate) -> Genotype:
        """Return both cells, all nodes concatenated."""
        return genotype_of(candidate.normal, candidate.reduction, Concatenation.ALL)

    def to_graph(self, candidate: DartsCandidate) -> "nx.DiGraph[Any]":
        """Return the graph of both cells, as ``genotype_graph`` describes it."""
        return genotype_graph(self.to_genotype(candidate))

    def diagram(self, candidate: DartsCandidate) -> Diagram:
        """Return both cells and the network; strengths of edges are those of ``normal`` and ``reduction``."""
        widths = [len(STATES)] * self._layout.cells
        parts = (*genotype_parts(self.to_genotype(candidate)), skeleton_part(self._layout, widths))
        return Diagram("DARTS cells", parts, (INPUTS_NOTE,))

    def build(
        self, candidate: DartsCandidate, input_spec: InputSpec, num_outputs: int, *, searched: bool = False
    ) -> CellNetwork:
        """Return the candidate's network; raises ValueError for an input whose size is not a multiple of 4.

        searched: normalisation inside cells as in a supernet, without scale and shift, and after pooling too.
        """
        check_build_arguments(input_spec, num_outputs, coarsest=self._layout.reductions[-1])
        genotype = self.to_genotype(candidate)
        return build_cell_network(genotype, self._layout, input_spec.channels, num_outputs, searched=searched)

    def blueprint(self, candidate: DartsCandidate, input_spec: InputSpec, *, searched: bool = False) -> CellsBlueprint:
        """Return what the candidate's network is made from; searched: as in ``build``."""
        genotype = self.to_genotype(candidate)
        return CellsBlueprint(self._layout.spread(genotype.normal, genotype.reduction), self._layout, searched)

    def operation_costs(self, candidate: DartsCandidate, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        """Return what each operation costs, as ``cells_costs`` describes it; raises what ``build`` raises."""
        check_build_arguments(input_spec, num_outputs, coarsest=self._layout.reductions[-1])
        return genotype_costs(self.to_genotype(candidate), self._layout, input_spec, num_outputs)

    def relax(
        self, input_spec: InputSpec, num_outputs: int, options: SupernetOptions = PLAIN
    ) -> Supernet[DartsCandidate]:
        """Return a supernet whose cells are called ``normal`` and ``reduction``.

        Raises ValueError for an input whose size is not a multiple of 4, and for options that do not suit the space.
        """
        check_build_arguments(input_spec, num_outputs, coarsest=self._layout.reductions[-1])
        layout = replace(self._layout, cells=options.cells or self._layout.cells)
        check_size("cells", layout.cells, least=LEAST_CELLS, most=MOST_CELLS)
        cells = self._cells.restricted(options.candidates)
        shape = (input_spec.channels, num_outputs)
        body = DartsSupernetBody(layout.spread(*_CELLS), cells.candidates, layout, shape, options)
        return Supernet(body, cells, options)

    def _check(self, candidate: DartsCandidate) -> DartsCandidate:
        for name, operations in self._operations.items():
            check_selectable(f"the {name} cell", getattr(candidate, name), operations)
        return candidate


def _joined(cells: Mapping[str, Choices]) -> DartsCandidate:
    return DartsCandidate(*(nodes_of(cells[name]) for name in _CELLS))


def _split(candidate: DartsCandidate) -> dict[str, Choices]:
    return {name: choices_of(getattr(candidate, name)) for name in _CELLS}
