"""The texts of published architectures, each made by the space it belongs to.

The spaces know their own published notation: ``from_record(net)`` of an NDS space, ``from_matrix(matrix, operations)``
of NAS-Bench-101, ``from_recipe(json_text)`` of NAS-Bench-NLP, and ``decode(text)`` of NAS-Bench-201. Each function
below returns a function that raises ValueError for an architecture outside the space; it raises UsageError itself
where there is no such space, or it lacks the method.

Candidates of one key have the text of the first of them, so that copies which differ in names or in the order of
vertices become one row of a table. NAS-Bench-101's own file holds one cell of each key, and is not asked for keys.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from math import isqrt
from typing import Any

from spaces import SPACES, candidate_key
from tasks.foundation.errors import UsageError, first_line


def nds_encoder(space: str) -> Callable[[Mapping[str, Any]], str]:
    """Return the function from the ``net`` of an NDS record to the candidate's text."""
    return _encoder(space, "from_record")


def nasbench101_encoder(space: str) -> Callable[[str, str], str]:
    """Return the function from a flat adjacency matrix, e.g. ``"0100..."``, and operations joined by commas.

    It remembers its answers: every architecture is in the file up to twelve times.
    """
    encode = _encoder(space, "from_matrix", by_key=False)
    return cache(lambda adjacency, operations: encode(_square(adjacency), tuple(operations.split(","))))


def nasbench101_json_encoder(space: str) -> Callable[[str, str], str]:
    """Return the function from the JSON texts of an adjacency matrix, ``[[0,1],[0,0]]``, and of the operations."""
    encode = _encoder(space, "from_matrix")
    return lambda matrix, operations: encode(_parsed(matrix), _parsed(operations))


def nasbench201_encoder(space: str) -> Callable[[str], str]:
    """Return the function from the benchmark's text, which is also the space's, e.g. ``|none~0|+...``."""
    return _encoder(space, "decode")


def nasbench_nlp_encoder(space: str) -> Callable[[str], str]:
    """Return the function from the JSON text of a recipe."""
    return _encoder(space, "from_recipe")


def _encoder(name: str, method: str, *, by_key: bool = True) -> Callable[..., str]:
    space = SPACES.build(name, {})
    first: dict[str, str] = {}  # text of each key
    read = getattr(space, method, None)
    if not callable(read):
        raise UsageError(f"space {name!r} cannot read published architectures: it has no {method}()")

    def encode(*architecture: Any) -> str:
        try:
            candidate = read(*architecture)
            text = str(space.encode(candidate))
            return first.setdefault(candidate_key(space, candidate), text) if by_key else text
        except (AttributeError, LookupError, TypeError) as error:  # what a damaged record can make any space raise
            raise ValueError(f"not of the published form ({type(error).__name__}: {error})") from error

    return encode


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{text[:40]!r} is no JSON: {first_line(error)}") from error


def _square(adjacency: str) -> list[list[int]]:
    side = isqrt(len(adjacency))
    if side * side != len(adjacency) or not set(adjacency) <= {"0", "1"}:
        raise ValueError(f"adjacency matrix {adjacency!r} is not a square of 0 and 1")
    return [[int(entry) for entry in adjacency[row * side : (row + 1) * side]] for row in range(side)]
