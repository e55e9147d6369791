"""Reading the networks of the NDS study's published records (one JSON file per sweep, ``net`` of every entry).

A record is ``{"block_type": ..., "ds": [...], "ws": [...], "ss": [...], "bot_muls": [...], "num_gs": [...]}``; entry 0
of every list is the stem: depth 1, width 16, stride 1 (8 for ImageNet), multiplier 0, one group. The last two lists are
absent, empty or say nothing (0 and 1) where blocks have no bottleneck.
"""

from collections.abc import Mapping
from typing import Any

from spaces.nds.grid_axes import GRIDS, STAGES, STRIDES, Axis, Grid
from spaces.nds.grid_candidate import NdsCandidate, candidate_of
from spaces.nds.grid_network import BlockKind
from tasks.foundation.errors import unknown_name

# How the records' names of the block kinds begin, in NNI's reading of them.
_BLOCK_TYPES = {
    BlockKind.BASIC: "res_basic",
    BlockKind.BOTTLENECK: "res_bottleneck",
    BlockKind.VANILLA: "double_plain",
}


def candidate_of_record(grid_name: str, net: Mapping[str, Any]) -> NdsCandidate:
    """Return the candidate that a record describes.

    The grid is named because a record may lie on several. Raises ValueError for an unknown grid or a record off it.
    """
    if grid_name not in GRIDS:
        raise unknown_name("grid", grid_name, GRIDS)
    grid = GRIDS[grid_name]
    _check_block_type(grid, net.get("block_type"))
    _check_strides(grid, net.get("ss"))
    digits = [digit for axis in grid.axes for digit in _digits(axis, net.get(axis.label))]
    return candidate_of(grid, digits)


def _check_block_type(grid: Grid, given: object) -> None:
    expected = _BLOCK_TYPES[grid.block]
    if not isinstance(given, str) or not given.startswith(expected):
        raise ValueError(f"block_type is {given!r}; on grid {grid.name} it starts with {expected!r}")


def _check_strides(grid: Grid, given: object) -> None:
    expected = [grid.setting.stem.stride, *STRIDES]
    if given != expected:
        raise ValueError(f"ss is {given!r}; on grid {grid.name} it is {expected}")


def _digits(axis: Axis, given: Any) -> list[int]:
    if not axis.is_choice:
        return _no_choice(axis, given)
    if not isinstance(given, list) or given[:1] != [axis.stem]:
        raise ValueError(f"{axis.label} is {given!r}; it must be a list whose entry 0, the stem's, is {axis.stem}")
    if len(given) != 1 + STAGES:
        raise axis.wrong_length(len(given) - 1)
    return [_digit(axis, stage, entry) for stage, entry in enumerate(given[1:], start=1)]


def _no_choice(axis: Axis, given: Any) -> list[int]:
    if given and not (isinstance(given, list) and all(entry in (0, 1) for entry in given)):
        raise ValueError(f"{axis.label} is {given!r}; it must be absent, empty or 0 and 1 without a bottleneck")
    return [0] * STAGES


def _digit(axis: Axis, stage: int, entry: object) -> int:
    if entry not in axis.values:
        raise axis.off_grid(stage, entry)
    return axis.values.index(entry)
