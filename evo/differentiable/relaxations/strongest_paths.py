"""The path through a supernet that its architecture parameters favour, one operation on every edge."""

from collections.abc import Sequence
from typing import Any

from spaces import ZERO, Alphas, Candidates, Supernet


def strongest_paths(supernet: Supernet[Any], alphas: Alphas) -> dict[str, list[int]]:
    """Return the number of the strongest candidate of every edge of each cell, the first of equals.

    ``none`` is among them only where the space derives it. Edges that a derived cell would leave out have theirs, too.
    """
    derived = supernet.gates_of(supernet.derive(alphas.operations)).cells
    return {
        name: [
            _number(kept, row, values)
            for kept, row, values in zip(
                derived[name].computed or (), rows, alphas.operations[name].tolist(), strict=True
            )
        ]
        for name, rows in supernet.candidates.items()
    }


def _number(derived: Sequence[int], row: Candidates, values: Sequence[float]) -> int:
    if derived:
        return derived[0]
    allowed = [number for number, operation in enumerate(row) if operation != ZERO]
    return max(allowed or range(len(row)), key=lambda number: values[number])
