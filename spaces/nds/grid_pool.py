"""The part of an NDS grid's members that a search draws from, as the study drew the networks that it trained."""

import numpy as np

from spaces.nds.grid_axes import Grid
from spaces.nds.grid_costs import Integers, are_members, member_indices
from tasks.foundation.randomness import derive_rng

_ENUMERATED = 2_000_000  # networks of a grid whose members are all listed first
_REJECTED = 200_000  # members that are drawn by rejection from larger grids, which have millions
_LARGEST_BATCH = 65_536  # networks looked at together


def draw_pool(grid: Grid, pool: int, pool_seed: int) -> Integers:
    """Return the flat grid indices of ``pool`` uniform members, each once, in rising order; 0 means all members.

    Raises ValueError for more members than the grid has, and for one.
    """
    rng = derive_rng(pool_seed, f"nds_{grid.name} pool")
    if grid.size > _ENUMERATED and 2 <= pool <= _REJECTED:
        return _draw_by_rejection(grid, pool, rng)
    members = member_indices(grid)
    if pool == 0:
        return members
    if not 2 <= pool <= len(members):
        raise ValueError(f"pool is {pool}; it must be 0 for all members, or 2 to {len(members)}")
    return np.sort(rng.choice(members, pool, replace=False, shuffle=False))


def _draw_by_rejection(grid: Grid, pool: int, rng: np.random.Generator) -> Integers:
    """Return the first ``pool`` distinct members among uniform draws from the grid."""
    found = np.empty(0, dtype=np.int64)
    while len(found) < pool:
        drawn = rng.integers(grid.size, size=min(8 * pool, _LARGEST_BATCH))
        found = _without_repeats(np.concatenate([found, drawn[are_members(grid, drawn)]]))
    return np.sort(found[:pool])


def _without_repeats(values: Integers) -> Integers:
    _, first_positions = np.unique(values, return_index=True)
    return values[np.sort(first_positions)]
