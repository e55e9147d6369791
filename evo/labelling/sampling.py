"""Which architectures get a label."""

from typing import Any

import numpy as np

from spaces import ClassedSpace, SearchSpace, candidate_key
from tasks import derive_rng
from tasks.foundation.errors import UsageError

MOST_REPEATS = 2_000
"""Draws in a row that bring nothing new before a space counts as used up."""


def sample_distinct(space: SearchSpace[Any], count: int, *, seed: int) -> list[str]:
    """Return the texts of ``count`` candidates, no two of which are the same network.

    Where the space knows which candidates compute the same expression, there is one of each expression. A larger
    ``count`` begins with the smaller one. Raises UsageError where the space has not so many.
    """
    rng = derive_rng(seed, "label", "candidates")
    found: dict[str, str] = {}
    while len(found) < count:
        new = _next_new(space, found, rng)
        if new is None:
            raise UsageError(
                f"--count {count}: only {len(found)} different architectures were found in the space; ask for at most "
                "that many"
            )
        found[new[0]] = new[1]
    return list(found.values())


def _next_new(space: SearchSpace[Any], found: dict[str, str], rng: np.random.Generator) -> tuple[str, str] | None:
    for _ in range(MOST_REPEATS):
        candidate = space.sample(rng)
        identity = (
            space.functional_key(candidate) if isinstance(space, ClassedSpace) else candidate_key(space, candidate)
        )
        if identity not in found:
            return identity, space.encode(candidate)
    return None
