"""What each operation of cells of two inputs costs, without a network being built for it."""

from collections.abc import Sequence
from functools import cache

from spaces.base import InputSpec
from spaces.cells.genotype import INPUTS, CellGenotype, Genotype, choices
from spaces.cells.network import CellLayout, CellPlace, build_classifier, build_stem, cell_places, stage_info
from spaces.cells.operations import OPERATIONS, ZERO, build_operation
from spaces.complexity import NOTHING, Complexity, count_layers, weightless
from spaces.operation_costs import CellCosts, OperationCosts, OperationGraph, Place

INPUT, ALIGN, OUTPUT = "input", "align", "output"

# No such codes were published. An operation keeps its code when others are added behind it.
CODES = {INPUT: 1, ALIGN: 2, OUTPUT: 3}
CODES |= {name: code for code, name in enumerate(OPERATIONS, start=len(CODES) + 1)}
CODES[ZERO] = 0  # as in NAS-Bench-201: what it reads makes no difference


def genotype_costs(genotype: Genotype, layout: CellLayout, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
    """Return the costs of a genotype's network; kind 0 is the normal cell, kind 1 the reduction cell."""
    kinds = (genotype.normal, genotype.reduction)
    return cells_costs(kinds, layout.spread(0, 1), layout, input_spec, num_outputs)


def cells_costs(
    kinds: Sequence[CellGenotype], row: Sequence[int], layout: CellLayout, input_spec: InputSpec, num_outputs: int
) -> OperationCosts:
    """Return the costs of a network of cells, for an input that can be halved as often as its layout asks.

    row: for each cell, which of the kinds it is. Places are vertices, and every operation is one, so that two
    operations between the same nodes stay two. Vertices 0 and 1 are the inputs, 2 and 3 bring them to the cell's
    channels and size (``align``), then come the operations of the nodes in order, two each; the last one is the output.
    What reads a node reads both of its operations. Stem and classifier are outside of the cells.
    """
    stem, channels_in = _stem(layout, input_spec)
    widths = [len(kinds[kind].concat) for kind in row]
    places = cell_places(layout, channels_in, widths)
    sizes = [input_spec.size // reduction for reduction in layout.reductions]
    stages = [size for size, stage in zip(sizes, layout.staged(row), strict=True) for _ in stage]
    known: dict[tuple[int, CellPlace], CellCosts] = {}
    cells = []
    for kind, place, size in zip(row, places, stages, strict=True):
        if (kind, place) not in known:
            known[kind, place] = _cell_costs(kind, kinds[kind], place, size)
        cells.append(known[kind, place])
    outside = stem + _classifier(stage_info(layout, widths)[-1].channels, num_outputs)
    return OperationCosts(tuple(map(_graph, kinds)), tuple(cells), outside)


def _graph(cell: CellGenotype) -> OperationGraph:
    names = (*[INPUT] * INPUTS, *[ALIGN] * INPUTS, *(operation for operation, _ in choices(cell.nodes)), OUTPUT)
    first, last = 2 * INPUTS, len(names) - 1
    edges = [(number, INPUTS + number) for number in range(INPUTS)]
    edges += (
        (vertex, first + position)
        for position, (_, source) in enumerate(choices(cell.nodes))
        for vertex in _vertices_of(source)
    )
    edges += ((vertex, last) for number in cell.concat for vertex in _vertices_of(number))
    codes = tuple(CODES[name] for name in names)
    return OperationGraph(len(names), len(names), tuple(sorted(edges)), Place.VERTEX, names, codes)


def _vertices_of(state: int) -> tuple[int, ...]:
    """Return the vertices whose sum is a state of the cell."""
    return (INPUTS + state,) if state < INPUTS else (2 * state, 2 * state + 1)


def _cell_costs(kind: int, cell: CellGenotype, place: CellPlace, size: int) -> CellCosts:
    """Return the costs of a cell; size: of its output's maps."""
    size_in = 2 * size if place.reduces else size
    operations = (
        _operation(operation, place.channels, place.stride(source), size_in if source < INPUTS else size)
        for operation, source in choices(cell.nodes)
    )
    inputs = [NOTHING] * INPUTS
    return CellCosts.of([*inputs, *_aligned(place, size_in), *operations, NOTHING], kind)


@cache
def _operation(name: str, channels: int, stride: int, size: int) -> Complexity:
    return count_layers(lambda: build_operation(name, channels, stride), (1, channels, size, size))


@cache
def _aligned(place: CellPlace, size_in: int) -> tuple[Complexity, Complexity]:
    """Return what it costs to bring the older and the newer input to the channels of a cell."""
    older, newer = place.channels_in
    size_older = 2 * size_in if place.halved else size_in
    return (
        count_layers(place.align_older, (1, older, size_older, size_older)),
        count_layers(place.align_newer, (1, newer, size_in, size_in)),
    )


@cache
def _stem(layout: CellLayout, input_spec: InputSpec) -> tuple[Complexity, tuple[int, int]]:
    """Return what the stem costs, and the channels of its two outputs."""
    with weightless():
        stem = build_stem(layout, input_spec.channels)
    return count_layers(lambda: stem, input_spec.shape(1)), stem.channels_out


@cache
def _classifier(channels: int, num_outputs: int) -> Complexity:
    return count_layers(lambda: build_classifier(channels, num_outputs), (1, channels, 1, 1))
