"""Which architectures get a label."""

from typing import Any

from spaces import SearchSpace, draw_distinct, functional_key
from tasks import derive_rng
from tasks.foundation.errors import UsageError


def sample_distinct(space: SearchSpace[Any], count: int, *, seed: int) -> list[str]:
    """Return the texts of ``count`` candidates, no two of which are the same network.

    Where the space knows which candidates compute the same expression, there is one of each expression. A larger
    ``count`` begins with the smaller one. Raises UsageError where the space has not so many.
    """
    found = draw_distinct(space, count, derive_rng(seed, "label", "candidates"), identity=functional_key)
    if len(found) < count:
        raise UsageError(
            f"--count {count}: only {len(found)} different architectures were found in the space; ask for at most "
            "that many"
        )
    return [space.encode(candidate) for candidate in found]
