"""What each vertex of a NAS-Bench-101 cell costs, without a network being built for it.

The codes of operations, and the vertex that a projection belongs to, are those of NAR (Guo et al., 2022), which has
them from ReNAS (Xu et al., 2021).
"""

from functools import cache

from spaces.base import InputSpec
from spaces.complexity import NOTHING, Complexity, count_layers
from spaces.nasbench101.cell import INPUT, MAX_VERTICES, OUTPUT, NasBench101Cell
from spaces.nasbench101.network import LAYERS_OF, ConvNormRelu, build_classifier, build_stem
from spaces.nasbench101.widths import REDUCTIONS, NasBench101Skeleton, vertex_widths
from spaces.operation_costs import CellCosts, OperationCosts, OperationGraph, Place

CODES = {INPUT: 1, "conv1x1-bn-relu": 2, "conv3x3-bn-relu": 3, "maxpool3x3": 4, OUTPUT: 5}


def nasbench101_costs(
    cell: NasBench101Cell, skeleton: NasBench101Skeleton, input_spec: InputSpec, num_outputs: int
) -> OperationCosts:
    """Return the costs of a cell's network, its size a multiple of 4; places are vertices, the capacity is 7.

    A vertex costs its operation and, where the cell's input leads to it, the projection of that input. What the input
    itself costs is nothing.
    """
    codes = tuple(CODES[label] for label in cell.labels)
    graph = OperationGraph(cell.vertices, MAX_VERTICES, cell.edges, Place.VERTEX, cell.labels, codes)
    cells: list[CellCosts] = []
    for stack, reduction in zip(skeleton.cell_widths, REDUCTIONS, strict=True):
        size = input_spec.size // reduction
        costs = {widths: _cell_costs(cell, widths, size) for widths in dict.fromkeys(stack)}
        cells += (costs[widths] for widths in stack)
    return OperationCosts((graph,), tuple(cells), _outside(skeleton, input_spec, num_outputs))


def _cell_costs(cell: NasBench101Cell, widths_in_out: tuple[int, int], size: int) -> CellCosts:
    projected = {target for source, target in cell.edges if source == 0}
    widths = vertex_widths(cell, *widths_in_out)
    return CellCosts.of(
        _projection(widths_in_out[0], width, size) + _operation(label, width, size)
        if vertex in projected
        else _operation(label, width, size)
        for vertex, (label, width) in enumerate(zip(cell.labels, widths, strict=True))
    )


@cache
def _projection(width_in: int, width: int, size: int) -> Complexity:
    return count_layers(lambda: ConvNormRelu(width_in, [width], 1), (1, width_in, size, size))


@cache
def _operation(label: str, width: int, size: int) -> Complexity:
    if label not in LAYERS_OF:  # input and output
        return NOTHING
    return count_layers(lambda: LAYERS_OF[label](width), (1, width, size, size))


@cache
def _outside(skeleton: NasBench101Skeleton, input_spec: InputSpec, num_outputs: int) -> Complexity:
    last = skeleton.stack_widths[-1]
    stem = count_layers(lambda: build_stem(input_spec.channels, skeleton.stem_channels), input_spec.shape(1))
    return stem + count_layers(lambda: build_classifier(last, num_outputs), (1, last, 1, 1))
