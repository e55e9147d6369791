"""Kinds of candidate operations that searches treat in their own way, by name."""

from spaces import SKIP, ZERO

_POOLS = ("avg_pool_", "max_pool_")
_NOISE = "noise"


def is_skip(operation: str) -> bool:
    """Return whether an operation passes on what it reads; with stride 2 it needs weights to do so."""
    return operation == SKIP


def is_pool(operation: str) -> bool:
    """Return whether an operation is an average or a maximum."""
    return operation.startswith(_POOLS)


def is_parametric(operation: str) -> bool:
    """Return whether an operation has weights also with stride 1."""
    return not (is_skip(operation) or is_pool(operation) or operation in (ZERO, _NOISE))
