"""What each edge of a NAS-Bench-201 cell costs, without a network being built for it.

The codes of operations are those of NAR (Guo et al., 2022): their places in the benchmark's order, zero for ``none``.
"""

from collections.abc import Sequence
from functools import cache

from torch import nn

from spaces.base import InputSpec
from spaces.complexity import NOTHING, Complexity, count_layers
from spaces.nasbench201.cell import EDGES, OPERATIONS, OUTPUT, ZERO
from spaces.nasbench201.network import (
    LAYERS_OF,
    REDUCTIONS,
    NasBench201Skeleton,
    build_classifier,
    build_entrances,
    build_stem,
)
from spaces.operation_costs import CellCosts, OperationCosts, OperationGraph, Place

NODES = OUTPUT + 1
CODES = {operation: code for code, operation in enumerate(OPERATIONS)}


def nasbench201_costs(
    operations: Sequence[str], skeleton: NasBench201Skeleton, input_spec: InputSpec, num_outputs: int
) -> OperationCosts:
    """Return the costs of a cell's network, its size a multiple of 4; places are edges, dead ones count.

    operations: one name per entry of EDGES. Stem, blocks between stacks and classifier are outside of the cells.
    """
    codes = tuple(CODES[operation] for operation in operations)
    graph = OperationGraph(NODES, NODES, EDGES, Place.EDGE, tuple(operations), codes)
    stacks = [
        CellCosts.of(_operation(operation, width, input_spec.size // reduction, skeleton) for operation in operations)
        for width, reduction in zip(skeleton.widths, REDUCTIONS, strict=True)
    ]
    cells = tuple(costs for costs in stacks for _ in range(skeleton.cells_per_stage))
    return OperationCosts((graph,), cells, _outside(skeleton, input_spec, num_outputs))


@cache
def _operation(name: str, width: int, size: int, skeleton: NasBench201Skeleton) -> Complexity:
    if name == ZERO:
        return NOTHING
    return count_layers(lambda: LAYERS_OF[name](width, skeleton.affine, skeleton.biases), (1, width, size, size))


@cache
def _outside(skeleton: NasBench201Skeleton, input_spec: InputSpec, num_outputs: int) -> Complexity:
    widths = skeleton.widths

    def build() -> nn.Module:  # cells keep the shape of their input, so that these fit each other without them
        stem, classifier = build_stem(input_spec.channels, widths[0]), build_classifier(widths[-1], num_outputs)
        return nn.Sequential(stem, *build_entrances(widths), classifier)

    return count_layers(build, input_spec.shape(1))
