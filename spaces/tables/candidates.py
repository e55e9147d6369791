"""The texts of published architectures, each made by the space it belongs to.

The spaces know their own published notation: ``from_record(net)`` of an NDS space, ``from_matrix(matrix, operations)``
of NAS-Bench-101, ``from_recipe(json_text)`` of NAS-Bench-NLP, and ``decode(text)`` of NAS-Bench-201. Each function
below returns a function that raises ValueError for an architecture outside the space; it raises UsageError itself
where there is no such space, or it lacks the method.
"""

from collections.abc import Callable, Mapping
from functools import cache
from math import isqrt
from typing import Any

from spaces import SPACES
from tasks.errors import UsageError


def nds_encoder(space: str) -> Callable[[Mapping[str, Any]], str]:
    """Return the function from the ``net`` of an NDS record to the candidate's text."""
    return _encoder(space, "from_record")


def nasbench101_encoder(space: str) -> Callable[[str, str], str]:
    """Return the function from a flat adjacency matrix, e.g. ``"0100..."``, and operations joined by commas.

    It remembers its answers: every architecture is in the file up to twelve times.
    """
    encode = _encoder(space, "from_matrix")
    return cache(lambda adjacency, operations: encode(_square(adjacency), tuple(operations.split(","))))


def nasbench201_encoder(space: str) -> Callable[[str], str]:
    """Return the function from the benchmark's text, which is also the space's, e.g. ``|none~0|+...``."""
    return _encoder(space, "decode")


def nasbench_nlp_encoder(space: str) -> Callable[[str], str]:
    """Return the function from the JSON text of a recipe."""
    return _encoder(space, "from_recipe")


def _encoder(name: str, method: str) -> Callable[..., str]:
    space = SPACES.build(name, {})
    read = getattr(space, method, None)
    if not callable(read):
        raise UsageError(f"space {name!r} cannot read published architectures: it has no {method}()")

    def encode(*architecture: Any) -> str:
        try:
            return str(space.encode(read(*architecture)))
        except (AttributeError, LookupError, TypeError) as error:  # what a damaged record can make any space raise
            raise ValueError(f"not of the published form ({type(error).__name__}: {error})") from error

    return encode


def _square(adjacency: str) -> list[list[int]]:
    side = isqrt(len(adjacency))
    if side * side != len(adjacency) or not set(adjacency) <= {"0", "1"}:
        raise ValueError(f"adjacency matrix {adjacency!r} is not a square of 0 and 1")
    return [[int(entry) for entry in adjacency[row * side : (row + 1) * side]] for row in range(side)]
