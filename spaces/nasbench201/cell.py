"""A NAS-Bench-201 cell: the operations of its six edges, and the function that they compute (Dong and Yang, 2020).

Node 0 is the cell's input, every other node is the sum of its incoming edges, node 3 is the output.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.foundation.errors import unknown_name

Edge = tuple[int, int]

EDGES: tuple[Edge, ...] = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
"""Source and target of every edge, node by node."""

INPUT, OUTPUT = 0, 3
ZERO, SKIP = "none", "skip_connect"
CONVOLUTIONS = ("nor_conv_1x1", "nor_conv_3x3")
OPERATIONS = (ZERO, SKIP, *CONVOLUTIONS, "avg_pool_3x3")  # in the benchmark's order
NOTHING = "0"
"""The functional class of cells without a path from input to output."""


@dataclass(frozen=True)
class NasBench201Cell:
    """The operations of the edges 0->1, 0->2, 1->2, 0->3, 1->3, 2->3."""

    operations: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a wrong number of operations or an unknown one."""
        if len(self.operations) != len(EDGES):
            raise ValueError(f"a cell has {len(EDGES)} operations, got {len(self.operations)}")
        for operation in self.operations:
            if operation not in OPERATIONS:
                raise unknown_name("operation", operation, OPERATIONS)


def functional_class(operations: Sequence[str], *, biases: bool = False) -> str:
    """Return the expression of a cell, such as ``nor_conv_3x3(x)+x``; ``0`` where no path leads to its output.

    Cells of one expression compute the same function. A cell is written out as an expression of its input ``x``: a
    zero operation adds nothing, a skip adds the terms of its source one by one, any other operation adds one term, its
    name around the terms of its source; the order of terms does not count, how often each occurs does. A term of
    zeros, ``operation()``, adds nothing either. The 15,625 cells have 4,930 such expressions.

    Weights are not part of an expression: a convolution whose result is read twice stands for two of equal weights.

    operations: one name per entry of EDGES
    biases: whether convolutions have them, so that one of zeros is a term, too
    """
    terms: dict[int, list[str]] = {node: [] for node in range(INPUT + 1, OUTPUT + 1)} | {INPUT: ["x"]}
    for (source, target), operation in zip(EDGES, operations, strict=True):  # sorted by target: sources are complete
        terms[target] += _terms_added(operation, terms[source], biases=biases)
    return "+".join(sorted(terms[OUTPUT])) or NOTHING


def _terms_added(operation: str, source: Sequence[str], *, biases: bool) -> Sequence[str]:
    if operation == ZERO or not (source or (biases and operation in CONVOLUTIONS)):
        return []
    return source if operation == SKIP else [f"{operation}({'+'.join(sorted(source))})"]
