"""One network of an NDS grid, and its place on the grid.

A place is 12 digits: for every axis in turn, which of its values each of the three stages takes; or one flat index.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spaces.nds.grid_axes import GRIDS, STAGES, Axis, Grid
from tasks.foundation.errors import unknown_name


@dataclass(frozen=True)
class NdsCandidate:
    """Depths (blocks), widths (channels), bottleneck multipliers and numbers of groups of the three stages.

    grid: name of the grid; where it has no bottlenecks, multipliers and groups are all 1.
    """

    grid: str
    depths: tuple[int, ...]
    widths: tuple[int, ...]
    bot_muls: tuple[float, ...] = (1.0,) * STAGES
    num_gs: tuple[int, ...] = (1,) * STAGES

    def __post_init__(self) -> None:
        """Raise ValueError for an unknown grid or a value off it."""
        if self.grid not in GRIDS:
            raise unknown_name("grid", self.grid, GRIDS)
        for axis, values in zip(GRIDS[self.grid].axes, self.lists, strict=True):
            _check_entries(axis, values)

    @property
    def lists(self) -> tuple[tuple[float, ...], ...]:
        """What is chosen on every axis of the grid."""
        return (self.depths, self.widths, self.bot_muls, self.num_gs)


def candidate_of(grid: Grid, digits: Sequence[int]) -> NdsCandidate:
    """Return the candidate of 12 digits."""
    depths, widths, bot_muls, num_gs = (digits[axis * STAGES : (axis + 1) * STAGES] for axis in range(len(grid.axes)))
    return NdsCandidate(
        grid.name,
        depths=tuple(grid.depths[digit] for digit in depths),
        widths=tuple(grid.widths[digit] for digit in widths),
        bot_muls=tuple(grid.bot_muls[digit] for digit in bot_muls),
        num_gs=tuple(grid.num_gs[digit] for digit in num_gs),
    )


def candidate_at(grid: Grid, index: int) -> NdsCandidate:
    """Return the candidate at a flat index."""
    return candidate_of(grid, [int(digit) for digit in np.unravel_index(index, grid.shape)])


def index_of(grid: Grid, candidate: NdsCandidate) -> int:
    """Return the flat index of a candidate."""
    chosen = zip(grid.axes, candidate.lists, strict=True)
    digits = [axis.values.index(value) for axis, values in chosen for value in values]
    return int(np.ravel_multi_index(digits, grid.shape))


def _check_entries(axis: Axis, values: tuple[float, ...]) -> None:
    if len(values) != STAGES:
        raise axis.wrong_length(len(values))
    for stage, value in enumerate(values, start=1):
        if value not in axis.values:
            raise axis.off_grid(stage, value)
