"""What the networks of an NDS grid cost, by formula, and which of them are members.

Costs are parameters and FLOPs as the study counts them: the multiply-adds of convolutions and classifier, the
classifier's biases, and 5 for each element that a batch normalisation puts out. A network costs the sum of its stages,
and what a stage costs depends on no other choice than its own and the width before it: three small tables hold it all.

Letters: N networks. Arrays of costs have the first axis (parameters, FLOPs).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from spaces.nds.grid_axes import STAGES, STEM_WIDTH, STRIDES, Grid
from spaces.nds.grid_network import BlockKind, StemKind

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_IMAGE_CHANNELS = 3
_FLOPS_PER_NORMALISED = 5  # of every element that a batch normalisation puts out, by the study's rule

# Axes of a stage's table, behind that of the costs.
_DEPTH, _WIDTH_IN, _WIDTH, _, _GROUPS = range(5)
_STAGE_AXES = 5


def costs_at(grid: Grid, indices: Integers) -> Integers:
    """Return the costs [2, N] of the networks at flat grid indices [N], at the images and classes of the setting."""
    digits = np.unravel_index(indices, grid.shape)
    total = np.zeros((2, len(indices)), dtype=np.int64)
    for stage, table in enumerate(_stage_tables(grid)):
        depth, width, bot_mul, groups = digits[stage::STAGES]
        width_in = digits[STAGES + stage - 1] if stage > 0 else np.zeros_like(width)
        cells = np.ravel_multi_index((depth, width_in, width, bot_mul, groups), table.shape[1:])
        total += table.reshape(2, -1).take(cells, axis=1)
    return total


def are_members(grid: Grid, indices: Integers) -> Flags:
    """Return for flat grid indices [N] whether the networks are within a cap of the study."""
    return _within_a_cap(grid, costs_at(grid, indices))


@cache
def member_indices(grid: Grid) -> Integers:
    """Return the flat grid indices of all members in rising order; computed once, read-only.

    Takes 8 bytes for each and, on a grid of 52.7 million networks, two to four seconds.
    """
    blocks = [offset + np.flatnonzero(_within_a_cap(grid, costs)) for offset, costs in _cost_blocks(grid)]
    members = np.concatenate(blocks)
    members.flags.writeable = False
    return members


def _within_a_cap(grid: Grid, costs: Integers) -> Flags:
    params, flops = costs
    within: Flags = (params <= grid.setting.max_params) | (flops <= grid.setting.max_flops)
    return within


def _cost_blocks(grid: Grid) -> Iterator[tuple[int, Integers]]:
    """Yield the costs of all networks in flat order: the depths of stages 1 and 2 are the same within a block."""
    tables = [_spread(table, stage) for stage, table in enumerate(_stage_tables(grid))]
    block_size = grid.size // len(grid.depths) ** 2
    for number, (i, j) in enumerate(product(range(len(grid.depths)), repeat=2)):
        first, second, third = tables[0][:, i, 0], tables[1][:, 0, j], tables[2][:, 0, 0]
        yield number * block_size, (first + second) + third


def _spread(table: Integers, stage: int) -> Integers:
    """Return a stage's table shaped to broadcast over the whole grid."""
    shape = [1] * (1 + 4 * STAGES)
    shape[0] = 2
    shape[1 + stage] = table.shape[1 + _DEPTH]
    if stage > 0:
        shape[STAGES + stage] = table.shape[1 + _WIDTH_IN]
    for axis, size in enumerate(table.shape[1 + _WIDTH :], start=1):
        shape[1 + axis * STAGES + stage] = size
    return table.reshape(shape)


@cache
def _stage_tables(grid: Grid) -> tuple[Integers, ...]:
    """Return the costs [2, depth, width before, width, bottleneck multiplier, groups] of every stage.

    The first includes the stem, and has one width before it; the last includes the classifier.
    """
    size, tables = grid.setting.size // grid.setting.stem.stride, []
    for stage, stride in enumerate(STRIDES):
        widths_in = grid.widths if stage > 0 else (STEM_WIDTH,)
        tables.append(_stage_costs(grid, _along(widths_in, _WIDTH_IN), stride, size))
        size //= stride
    first, *middle, last = tables
    return first + _stem(grid), *middle, last + _classifier(grid)


def _stage_costs(grid: Grid, width_in: Integers, stride: int, size: int) -> Integers:
    """Return the table of a stage that reads maps of ``size`` x ``size``."""
    depth, width = _along(grid.depths, _DEPTH), _along(grid.widths, _WIDTH)
    first = _block(grid, width_in, stride, size)
    return first + (depth - 1) * _block(grid, width, 1, size // stride)


def _block(grid: Grid, width_in: Integers, stride: int, size: int) -> Integers:
    width = _along(grid.widths, _WIDTH)
    transform = _bottleneck if grid.block is BlockKind.BOTTLENECK else _two_convolutions
    costs = transform(grid, width_in, stride, size)
    if grid.block is BlockKind.VANILLA:
        return costs
    projected = (width_in != width) | (stride != 1)
    return costs + np.where(projected, _conv_norm(width_in, width, 1, size // stride), 0)


def _two_convolutions(grid: Grid, width_in: Integers, stride: int, size: int) -> Integers:
    width = _along(grid.widths, _WIDTH)
    return _conv_norm(width_in, width, 3, size // stride) + _conv_norm(width, width, 3, size // stride)


def _bottleneck(grid: Grid, width_in: Integers, stride: int, size: int) -> Integers:
    width, groups = _along(grid.widths, _WIDTH), _along(grid.num_gs, _GROUPS)
    inner = np.rint(width * np.expand_dims(grid.bot_muls, (0, 1, 2, 4))).astype(np.int64)
    return (
        _conv_norm(width_in, inner, 1, size)
        + _conv_norm(inner, inner, 3, size // stride, groups)
        + _conv_norm(inner, width, 1, size // stride)
    )


def _stem(grid: Grid) -> Integers:
    width, setting = _along((STEM_WIDTH,), _WIDTH), grid.setting
    image = _along((_IMAGE_CHANNELS,), _WIDTH_IN)
    if setting.stem is StemKind.SMALL:
        return _conv_norm(image, width, 3, setting.size)
    widths = (image, width // 2, width, width)
    sizes = (setting.size // 2, setting.size // 4, setting.size // 8)
    layers = [_conv_norm(*pair, 3, size) for pair, size in zip(pairwise(widths), sizes, strict=True)]
    costs: Integers = np.sum(layers, axis=0)
    return costs


def _classifier(grid: Grid) -> Integers:
    weights = (_along(grid.widths, _WIDTH) + 1) * grid.setting.classes
    return np.stack([weights, weights])


def _conv_norm(width_in: Integers, width: Integers, kernel: int, size: int, groups: Integers | int = 1) -> Integers:
    weights = kernel * kernel * width_in * width // groups
    return np.stack([weights + 2 * width, size * size * (weights + _FLOPS_PER_NORMALISED * width)])


def _along(values: Sequence[int], axis: int) -> Integers:
    """Return ``values`` shaped to broadcast along one axis of a stage's table."""
    shape = [1] * _STAGE_AXES
    shape[axis] = len(values)
    return np.array(values, dtype=np.int64).reshape(shape)
