"""The architecture parameters of a supernet as one row of numbers, and what each of them is of."""

from collections.abc import Iterator, Sequence
from typing import Any

from spaces import Supernet

DIGITS = 6
"""Significant digits that are kept of each."""


def alpha_names(supernet: Supernet[Any]) -> tuple[str, ...]:
    """Return cell, edge and operation of every parameter, ``normal 0->2 skip_connect``; ``normal 0->2`` of an edge."""
    return tuple(name for name, _ in _named(supernet))


def alpha_values(supernet: Supernet[Any], names: Sequence[str]) -> list[float | None]:
    """Return the parameters of these names in ``DIGITS`` digits, None for those that the supernet no longer has."""
    values = dict(_named(supernet))
    return [float(f"{values[name]:.{DIGITS}g}") if name in values else None for name in names]


def _named(supernet: Supernet[Any]) -> Iterator[tuple[str, float]]:
    alphas, edges = supernet.alphas, [f"{source}->{target}" for source, target in supernet.edges]
    for cell, rows in alphas.operations.items():
        for edge, operations, values in zip(edges, supernet.candidates[cell], rows.tolist(), strict=True):
            yield from ((f"{cell} {edge} {name}", value) for name, value in zip(operations, values, strict=True))
    for cell, values in alphas.edges.items():
        yield from ((f"{cell} {edge}", value) for edge, value in zip(edges, values.tolist(), strict=True))
