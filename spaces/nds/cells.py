"""The spaces of cells of the NDS study (Radosavovic et al., On Network Design Spaces, 2019)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from spaces.base import InputSpec
from spaces.build_arguments import MOST_CELLS, check_build_arguments, check_size
from spaces.cells.costs import genotype_costs
from spaces.cells.diagrams import INPUTS_NOTE, genotype_parts, skeleton_part
from spaces.cells.genotype import INPUTS, Genotype, Nodes, check_nodes, choices, genotype_of, paired
from spaces.cells.graph import genotype_graph
from spaces.cells.network import LEAST_CELLS, CellLayout, CellNetwork, CellsBlueprint, Stem, build_cell_network
from spaces.cells.notation import genotype_of_fields
from spaces.cells.public_genotype import read_public
from spaces.cells.text import check_operation, decode_nodes, decode_number, encode_nodes, split_fields
from spaces.drawing.diagram import Diagram
from spaces.nds.cell_families import family_named, sizes_of
from spaces.nds.published import PUBLISHED_FORMS, read_record, written_record
from spaces.operation_costs import OperationCosts

if TYPE_CHECKING:
    import networkx as nx

_FIELDS = ("width", "depth", "normal", "reduction")
_STEMS = ("auto", "imagenet", "small")
_SMALL_BELOW = 128  # pixels; the ImageNet stem leaves fewer than 16 of less
_LEAST_WIDTH = 2  # the ImageNet stem begins with half of it


@dataclass(frozen=True)
class NdsCellsCandidate:
    """A normal and a reduction cell, the channels of the first cell's nodes, the number of cells."""

    normal: Nodes
    reduction: Nodes
    width: int
    depth: int

    def __post_init__(self) -> None:
        """Raise ValueError for cells that are none, or a network that cannot be built."""
        check_nodes(self.normal)
        check_nodes(self.reduction)
        if self.width < _LEAST_WIDTH or self.depth < LEAST_CELLS:
            raise ValueError(
                f"width {self.width} and depth {self.depth} must be at least {_LEAST_WIDTH} and {LEAST_CELLS}"
            )


class NdsCells:
    """One family in one form: cells, width and depth are independent and uniform."""

    published_forms: ClassVar[str] = PUBLISHED_FORMS

    def __init__(
        self,
        *,
        family: str = "darts",
        fixed: bool = False,
        imagenet: bool = False,
        stem: str = "auto",
        width: int = 0,
        depth: int = 0,
    ) -> None:
        """Choose the family and its form.

        family: darts, amoeba, enas, nasnet or pnas
        fixed: one width and one depth instead of the study's choice
        imagenet: the widths, depths and stem for ImageNet
        stem: of the ImageNet form: ``imagenet`` (three convolutions of stride 2), ``small`` (stride 1) or ``auto``,
            which is ``small`` below 128 pixels
        width, depth: what is built instead of the candidate's own, 0 for its own

        Raises ValueError for anything else.
        """
        allowed = _STEMS if imagenet else _STEMS[:1]
        if stem not in allowed:
            raise ValueError(f"stem is {stem!r}; allowed in this form: {', '.join(allowed)}")
        for name, value, least in (("width", width, _LEAST_WIDTH), ("depth", depth, LEAST_CELLS)):
            if value != 0 and value < least:
                raise ValueError(f"{name} is {value}; it must be 0 for the candidate's own, or at least {least}")
        check_size("width", width, least=0)
        check_size("depth", depth, least=0, most=MOST_CELLS)
        self._family, self._family_name = family_named(family), family
        self._sizes = sizes_of(fixed=fixed, imagenet=imagenet)
        self._imagenet, self._stem = imagenet, stem
        self._width, self._depth = width, depth
        self._bounds = self._count_values()
        free = (*(True for _ in self._bounds[:-2]), width == 0, depth == 0)
        self._mutable = np.flatnonzero((self._bounds > 1) & free)

    def size(self) -> int:
        """Return the number of candidates."""
        return self._family.cells**2 * len(self._sizes.widths) * len(self._sizes.depths)

    def sample(self, rng: np.random.Generator) -> NdsCellsCandidate:
        """Return a candidate all of whose choices are independent and uniform."""
        return self._from_digits(rng.integers(self._bounds).tolist())

    def mutate(self, candidate: NdsCellsCandidate, rng: np.random.Generator) -> NdsCellsCandidate:
        """Return a candidate with one choice changed: an operation, a source, the width or the depth.

        The choice and its new value are uniform; what has one value, or is overridden by an option, stays.
        """
        digits = self._to_digits(candidate)
        position = int(self._mutable[rng.integers(len(self._mutable))])
        bound = int(self._bounds[position])
        digits[position] = (digits[position] + int(rng.integers(1, bound))) % bound
        return self._from_digits(digits)

    def encode(self, candidate: NdsCellsCandidate) -> str:
        """Return e.g. ``width=16:depth=20:normal=sep_conv_3x3~0,none~1/...:reduction=...``."""
        cells = f"normal={encode_nodes(candidate.normal)}:reduction={encode_nodes(candidate.reduction)}"
        return f"width={candidate.width}:depth={candidate.depth}:{cells}"

    def decode(self, text: str) -> NdsCellsCandidate:
        """Return the candidate of a text; raises ValueError naming the part that is wrong."""
        width, depth, normal, reduction = split_fields(text, _FIELDS)
        return self._checked(
            NdsCellsCandidate(
                decode_nodes(normal, self._family.nodes),
                decode_nodes(reduction, self._family.nodes),
                decode_number("width", width),
                decode_number("depth", depth),
            )
        )

    def from_record(self, net: Mapping[str, Any]) -> NdsCellsCandidate:
        """Return the candidate of the entry ``net`` of a record of the study.

        net: ``width``, ``depth`` and ``genotype``, a mapping of ``normal`` and ``reduce``, lists of pairs of an
        operation and a source, and ``normal_concat`` and ``reduce_concat``. Raises ValueError for a record of another
        family or form, or one whose concatenation does not follow the family's rule.
        """
        fields, width, depth = net.get("genotype"), net.get("width"), net.get("depth")
        if not isinstance(fields, Mapping) or type(width) is not int or type(depth) is not int:
            raise ValueError("a network of cells has a genotype, a width and a depth; this record's has not")
        return self._of_genotype(genotype_of_fields(fields), width, depth)

    def _of_genotype(self, genotype: Genotype, width: int, depth: int) -> NdsCellsCandidate:
        candidate = self._checked(NdsCellsCandidate(genotype.normal.nodes, genotype.reduction.nodes, width, depth))
        if self.to_genotype(candidate) != genotype:
            raise ValueError(f"the record does not concatenate its nodes by the rule {self._family.concatenation!s}")
        return candidate

    def from_published(self, text: str) -> NdsCellsCandidate | None:
        """Return the candidate of a record of the study, of a genotype's text or of a published cell's name.

        A genotype has the width and depth that the study fixes. None for a text of no such form; raises ValueError for
        a candidate of another space.
        """
        if (record := read_record(text)) is not None:
            return self.from_record(record)
        genotype = read_public(text, self._family_name, self._family.concatenation)
        if genotype is None:
            return None
        size = sizes_of(fixed=True, imagenet=self._imagenet)
        return self._of_genotype(genotype, size.widths[0], size.depths[0])

    def to_published(self, candidate: NdsCellsCandidate) -> str:
        """Return the candidate as a record of the study has it, in JSON."""
        return written_record(self.to_genotype(candidate), candidate.width, candidate.depth)

    def to_genotype(self, candidate: NdsCellsCandidate) -> Genotype:
        """Return both cells with the nodes that the family concatenates."""
        return genotype_of(candidate.normal, candidate.reduction, self._family.concatenation)

    def to_graph(self, candidate: NdsCellsCandidate) -> "nx.DiGraph[Any]":
        """Return the graph of both cells, as ``genotype_graph`` describes it; width and depth are not in it."""
        return genotype_graph(self.to_genotype(candidate))

    def diagram(self, candidate: NdsCellsCandidate) -> Diagram:
        """Return both cells and the network; a stem that is chosen by the images is the one for large ones."""
        genotype = self.to_genotype(candidate)
        large = InputSpec(size=_SMALL_BELOW)
        layout = CellLayout(self._width or candidate.width, self._depth or candidate.depth, self._stem_for(large))
        widths = [len(cell.concat) for cell in layout.spread(genotype.normal, genotype.reduction)]
        note = f"of stride 1 for images below {_SMALL_BELOW} pixels" if self._imagenet and self._stem == "auto" else ""
        parts = (*genotype_parts(genotype), skeleton_part(layout, widths, note=note))
        return Diagram(f"cells of the family {self._family_name} (NDS)", parts, (INPUTS_NOTE,))

    def build(self, candidate: NdsCellsCandidate, input_spec: InputSpec, num_outputs: int) -> CellNetwork:
        """Return the candidate's network; raises ValueError for an input that cannot be halved down to its last maps.

        The input's size is a multiple of 4, with the ImageNet stem of 32.
        """
        layout = self._layout_for(candidate, input_spec, num_outputs)
        return build_cell_network(self.to_genotype(candidate), layout, input_spec.channels, num_outputs)

    def blueprint(self, candidate: NdsCellsCandidate, input_spec: InputSpec) -> CellsBlueprint:
        """Return what the candidate's network is made from."""
        genotype, layout = self.to_genotype(candidate), self._layout(candidate, input_spec)
        return CellsBlueprint(layout.spread(genotype.normal, genotype.reduction), layout)

    def operation_costs(self, candidate: NdsCellsCandidate, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        """Return what each operation costs, as ``cells_costs`` describes it; raises what ``build`` raises."""
        layout = self._layout_for(candidate, input_spec, num_outputs)
        return genotype_costs(self.to_genotype(candidate), layout, input_spec, num_outputs)

    def _layout_for(self, candidate: NdsCellsCandidate, input_spec: InputSpec, num_outputs: int) -> CellLayout:
        layout = self._layout(candidate, input_spec)
        check_build_arguments(input_spec, num_outputs, coarsest=layout.reductions[-1])
        return layout

    def _layout(self, candidate: NdsCellsCandidate, input_spec: InputSpec) -> CellLayout:
        return CellLayout(self._width or candidate.width, self._depth or candidate.depth, self._stem_for(input_spec))

    def _stem_for(self, input_spec: InputSpec) -> Stem:
        if not self._imagenet:
            return Stem.CIFAR
        small = input_spec.size < _SMALL_BELOW if self._stem == "auto" else self._stem == "small"
        return Stem.SMALL if small else Stem.IMAGENET

    def _count_values(self) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """Return how many values each choice has: operation and source twice per node and cell, width, depth."""
        states = range(INPUTS, INPUTS + self._family.nodes)
        cell = [bound for state in states for bound in (len(self._family.operations), state) * 2]
        return np.array([*cell, *cell, len(self._sizes.widths), len(self._sizes.depths)])

    def _from_digits(self, digits: Sequence[int]) -> NdsCellsCandidate:
        named = [
            (self._family.operations[operation], source)
            for operation, source in zip(digits[:-2:2], digits[1:-2:2], strict=True)
        ]
        nodes = paired(named)
        half = self._family.nodes
        width, depth = self._sizes.widths[digits[-2]], self._sizes.depths[digits[-1]]
        return NdsCellsCandidate(nodes[:half], nodes[half:], width, depth)

    def _to_digits(self, candidate: NdsCellsCandidate) -> list[int]:
        self._checked(candidate)
        digits = []
        for operation, source in choices(candidate.normal + candidate.reduction):
            digits += [self._family.operations.index(operation), source]
        return [*digits, self._sizes.widths.index(candidate.width), self._sizes.depths.index(candidate.depth)]

    def _checked(self, candidate: NdsCellsCandidate) -> NdsCellsCandidate:
        for name, nodes in (("normal", candidate.normal), ("reduction", candidate.reduction)):
            if len(nodes) != self._family.nodes:
                raise ValueError(f"the {name} cell has {len(nodes)} nodes instead of {self._family.nodes}")
            for operation, _ in choices(nodes):
                check_operation(operation, self._family.operations, f"of the {name} cell")
        for name, value, allowed in (
            ("width", candidate.width, self._sizes.widths),
            ("depth", candidate.depth, self._sizes.depths),
        ):
            if value not in allowed:
                raise ValueError(f"{name} is {value}; allowed: {', '.join(map(str, allowed))}")
        return candidate
