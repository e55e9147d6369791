"""Networks of DARTS cells each of which has its own place, as SSWP-NAS searches them at full size (Li et al., 2022)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spaces.base import InputSpec
from spaces.build_arguments import MOST_CELLS, check_build_arguments, check_size
from spaces.cells.costs import cells_costs
from spaces.cells.diagrams import INPUTS_NOTE, cell_part, skeleton_part
from spaces.cells.genotype import CellGenotype, Concatenation, Nodes, genotype_of
from spaces.cells.graph import cells_graph
from spaces.cells.network import LEAST_CELLS, CellLayout, CellNetwork, CellsBlueprint, build_network_of_cells
from spaces.cells.notation import write_genotype
from spaces.cells.public_genotype import PUBLIC_FORMS, read_public
from spaces.cells.text import decode_nodes, encode_nodes, split_fields
from spaces.darts.edges import EDGES, NODES, PATHS, STATES
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

if TYPE_CHECKING:
    import networkx as nx

_CANDIDATES = (PATHS,) * len(EDGES)
_OPERATIONS = selectable_operations(_CANDIDATES)


@dataclass(frozen=True)
class LayeredCandidate:
    """The cells of a network in order, each of four nodes; the two sources of a node differ and ascend."""

    cells: tuple[Nodes, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for cells that are none, or whose edges are not in order."""
        for name, nodes in zip(_names(len(self.cells)), self.cells, strict=True):
            check_derived(name, nodes)


class LayeredDarts:
    """All networks of a number of DARTS cells; those at one and at two thirds reduce."""

    published_forms: ClassVar[str] = PUBLIC_FORMS

    def __init__(self, *, channels: int = 36, cells: int = 20) -> None:
        """Choose the size of networks, by default that of SSWP-NAS for CIFAR.

        channels: of the first cell's nodes, at least 2; cells: how many, at least 3. Raises ValueError for anything
        else.
        """
        check_size("channels", channels, least=2)
        check_size("cells", cells, least=LEAST_CELLS, most=MOST_CELLS)
        self._layout = CellLayout(channels, cells)
        self._names = _names(cells)

    def size(self) -> int:
        """Return the number of candidates."""
        return int(count_cells(_OPERATIONS) ** len(self._names))

    def sample(self, rng: np.random.Generator) -> LayeredCandidate:
        """Return cells that are independent, each as ``sample_nodes`` draws it."""
        return LayeredCandidate(tuple(sample_nodes(_OPERATIONS, rng) for _ in self._names))

    def mutate(self, candidate: LayeredCandidate, rng: np.random.Generator) -> LayeredCandidate:
        """Return a candidate with one operation or one source changed in one cell, all equally likely.

        ``moved_nodes`` says what takes its place.
        """
        cells = self._check(candidate).cells
        cell, move = int(rng.integers(len(cells))), MOVES[rng.integers(len(MOVES))]
        moved = moved_nodes(cells[cell], _OPERATIONS, move, rng)
        return replace(candidate, cells=(*cells[:cell], moved, *cells[cell + 1 :]))

    def encode(self, candidate: LayeredCandidate) -> str:
        """Return e.g. ``cell_0=sep_conv_3x3~0,sep_conv_3x3~1/...:cell_1=...``."""
        words = zip(self._names, map(encode_nodes, self._check(candidate).cells), strict=True)
        return ":".join(f"{name}={word}" for name, word in words)

    def decode(self, text: str) -> LayeredCandidate:
        """Return the candidate of a text; raises ValueError naming the part that is wrong."""
        words = split_fields(text, self._names)
        return self._check(LayeredCandidate(tuple(decode_nodes(word, NODES) for word in words)))

    def from_published(self, text: str) -> LayeredCandidate | None:
        """Return the network of a genotype's two cells, each at all of its places; None for a text of no such form.

        Raises ValueError for cells that this space does not have.
        """
        genotype = read_public(text, "darts", Concatenation.ALL)
        if genotype is None:
            return None
        normal = ordered_cell("the normal cell", genotype.normal)
        reduction = ordered_cell("the reduction cell", genotype.reduction)
        return self._check(LayeredCandidate(self._layout.spread(normal, reduction)))

    def to_published(self, candidate: LayeredCandidate) -> str | None:
        """Return ``Genotype(...)`` where all normal cells are alike, and all reduction cells; None otherwise."""
        cells = self._check(candidate).cells
        normal, reduction = cells[0], cells[self._layout.reducing[0]]
        if self._layout.spread(normal, reduction) != cells:
            return None
        return write_genotype(genotype_of(normal, reduction, Concatenation.ALL))

    def to_graph(self, candidate: LayeredCandidate) -> "nx.DiGraph[Any]":
        """Return the graph of all cells, as ``cells_graph`` describes it; how one follows another is not in it."""
        return cells_graph(dict(zip(self._names, map(_genotype, candidate.cells), strict=True)))

    def diagram(self, candidate: LayeredCandidate) -> Diagram:
        """Return the network and all its cells; strengths of edges are those of ``cell_0``, ``cell_1``, ..."""
        widths = [len(STATES)] * len(self._names)
        network = skeleton_part(self._layout, widths, names=("cell", "reducing cell"))
        cells = (
            cell_part(name, name.replace("_", " "), _genotype(nodes), reduces=number in self._layout.reducing)
            for number, (name, nodes) in enumerate(zip(self._names, self._check(candidate).cells, strict=True))
        )
        return Diagram("DARTS cells, each at its own place", (network, *cells), (INPUTS_NOTE,))

    def build(
        self, candidate: LayeredCandidate, input_spec: InputSpec, num_outputs: int, *, searched: bool = False
    ) -> CellNetwork:
        """Return the candidate's network; raises ValueError for an input whose size is not a multiple of 4.

        searched: normalisation inside cells as in a supernet, without scale and shift, and after pooling too.
        """
        check_build_arguments(input_spec, num_outputs, coarsest=self._layout.reductions[-1])
        cells = self.blueprint(candidate, input_spec, searched=searched).cells
        return build_network_of_cells(cells, self._layout, input_spec.channels, num_outputs, searched=searched)

    def blueprint(
        self, candidate: LayeredCandidate, input_spec: InputSpec, *, searched: bool = False
    ) -> CellsBlueprint:
        """Return what the candidate's network is made from; searched: as in ``build``."""
        return CellsBlueprint(tuple(map(_genotype, self._check(candidate).cells)), self._layout, searched)

    def operation_costs(self, candidate: LayeredCandidate, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        """Return what each operation costs, as ``cells_costs`` describes it; every cell is a kind of its own.

        Raises what ``build`` raises.
        """
        check_build_arguments(input_spec, num_outputs, coarsest=self._layout.reductions[-1])
        kinds = [_genotype(nodes) for nodes in self._check(candidate).cells]
        return cells_costs(kinds, range(len(kinds)), self._layout, input_spec, num_outputs)

    def relax(
        self, input_spec: InputSpec, num_outputs: int, options: SupernetOptions = PLAIN
    ) -> Supernet[LayeredCandidate]:
        """Return a supernet whose cells are called ``cell_0``, ``cell_1``, ..., each at one place.

        Raises ValueError for an input whose size is not a multiple of 4, and for options that do not suit the space.
        """
        check_build_arguments(input_spec, num_outputs, coarsest=self._layout.reductions[-1])
        if options.cells not in (0, len(self._names)):
            raise ValueError(f"cells is {options.cells}; candidates of this space have {len(self._names)}")
        cells = SearchedCells(EDGES, dict.fromkeys(self._names, _CANDIDATES), top_two_edges, _joined, _split)
        cells = cells.restricted(options.candidates)
        shape = (input_spec.channels, num_outputs)
        body = DartsSupernetBody(self._names, cells.candidates, self._layout, shape, options)
        return Supernet(body, cells, options)

    def _check(self, candidate: LayeredCandidate) -> LayeredCandidate:
        if len(candidate.cells) != len(self._names):
            raise ValueError(f"the candidate has {len(candidate.cells)} cells instead of {len(self._names)}")
        for name, nodes in zip(self._names, candidate.cells, strict=True):
            check_selectable(name, nodes, _OPERATIONS)
        return candidate


def _names(count: int) -> list[str]:
    return [f"cell_{number}" for number in range(count)]


def _genotype(nodes: Nodes) -> CellGenotype:
    return CellGenotype(nodes, tuple(STATES))


def _joined(cells: Mapping[str, Choices]) -> LayeredCandidate:
    return LayeredCandidate(tuple(map(nodes_of, cells.values())))


def _split(candidate: LayeredCandidate) -> dict[str, Choices]:
    return dict(zip(_names(len(candidate.cells)), map(choices_of, candidate.cells), strict=True))
