"""Candidates of a space, drawn at random, no two alike."""

from collections.abc import Callable
from typing import Any

import numpy as np

from spaces.base import SearchSpace, candidate_key

MOST_REPEATS = 2_000
"""Draws in a row that bring nothing new before a space counts as used up."""


def draw_distinct(
    space: SearchSpace[Any],
    count: int,
    rng: np.random.Generator,
    *,
    identity: Callable[[SearchSpace[Any], Any], str] = candidate_key,
) -> list[Any]:
    """Return ``count`` candidates, no two of one ``identity``, in the order drawn; fewer where the space has fewer.

    A larger ``count`` begins with the smaller one.
    """
    found: dict[str, Any] = {}
    repeats = 0
    while len(found) < count and repeats < MOST_REPEATS:
        candidate = space.sample(rng)
        key = identity(space, candidate)
        repeats = repeats + 1 if key in found else 0
        found.setdefault(key, candidate)
    return list(found.values())
