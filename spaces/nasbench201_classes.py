"""Which NAS-Bench-201 cells compute the same function.

A cell is written out as an expression of its input ``x``: a zero operation adds nothing, a skip adds the terms of its
source one by one, any other operation adds one term, its name around the terms of its source; the order of terms does
not count, how often each occurs does. A term of zeros, ``operation()``, adds nothing either. The 15,625 cells have
4,930 such expressions.

Weights are not part of an expression: a convolution whose result is read twice stands for two of equal weights.
"""

from collections.abc import Sequence

from spaces.nasbench201_network import EDGES, INPUT, OUTPUT, ZERO

SKIP = "skip_connect"
NOTHING = "0"


def functional_class(operations: Sequence[str]) -> str:
    """Return the expression of a cell, such as ``nor_conv_3x3(x)+x``; ``0`` where no path leads to its output.

    operations: one name per entry of EDGES.
    """
    terms: dict[int, list[str]] = {node: [] for node in range(INPUT + 1, OUTPUT + 1)} | {INPUT: ["x"]}
    for (source, target), operation in zip(EDGES, operations, strict=True):  # sorted by target: sources are complete
        terms[target] += _terms_added(operation, terms[source])
    return "+".join(sorted(terms[OUTPUT])) or NOTHING


def _terms_added(operation: str, source: Sequence[str]) -> Sequence[str]:
    if operation == ZERO or not source:
        return []
    return source if operation == SKIP else [f"{operation}({'+'.join(sorted(source))})"]
