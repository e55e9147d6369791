"""The ResNet grid of the NDS study: its values, what every network of it costs, and which of them are members.

The study (Radosavovic et al., On Network Design Spaces for Visual Recognition, 2019) trained networks within a cap on
parameters or on FLOPs, at 32x32 pixels and 10 classes; those within a cap are the members.

Axes of a grid array: depth of stages 1, 2, 3, then width of stages 1, 2, 3.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24)
# Assumed: published are the ends, the count, that the steps are about even on a log scale, and 16, 24, 32, 40. Twelve
# even steps on a log scale, each raised to the next multiple of 8, agree with all of that.
WIDTHS = (16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 200, 256)
STRIDES = (1, 2, 2)
STEM_WIDTH = 16
GRID_SHAPE = (len(DEPTHS),) * 3 + (len(WIDTHS),) * 3

MAX_PARAMS = 856_000
MAX_FLOPS = 129_000_000

_CHANNELS, _SIZE, _CLASSES = 3, 32, 10  # of the pictures that the caps were applied at
_FLOPS_PER_NORMALISED = 5  # of every element that a batch normalisation puts out, by the study's rule


@dataclass(frozen=True)
class GridCosts:
    """Parameters and FLOPs, as the study counts them, of all networks: two arrays of shape GRID_SHAPE."""

    params: Integers
    flops: Integers


def grid_costs() -> GridCosts:
    """Return what every network of the grid costs at 32x32 pixels and 10 classes, by formula.

    FLOPs are the multiply-adds of convolutions and classifier, the classifier's biases, and 5 for each element that a
    batch normalisation puts out.
    """
    depth, width = np.array(DEPTHS, dtype=np.int64), np.array(WIDTHS, dtype=np.int64)
    channels, width_in = (_along(np.array([value], dtype=np.int64), 3) for value in (_CHANNELS, STEM_WIDTH))
    size = _SIZE
    costs = _conv_norm(channels, width_in, 3, size) + _classifier(_along(width, 5))
    for stage, stride in enumerate(STRIDES):
        size //= stride
        stage_width = _along(width, 3 + stage)
        more_blocks = _along(depth, stage) - 1
        costs = costs + (_first_block(width_in, stage_width, stride, size) + more_blocks * _block(stage_width, size))
        width_in = stage_width
    params, flops = costs
    return GridCosts(params, flops)


@cache
def member_indices() -> Integers:
    """Return the flat grid indices of all members in rising order; computed once, read-only."""
    costs = grid_costs()
    members = np.flatnonzero((costs.params <= MAX_PARAMS) | (costs.flops <= MAX_FLOPS))
    members.flags.writeable = False
    return members


# The functions below return costs: an array whose first axis is (parameters, FLOPs) and whose other axes are those of
# the widths they are given.


def _along(values: Integers, axis: int) -> Integers:
    """Return ``values`` shaped to broadcast along one axis of the grid."""
    return values.reshape([-1 if axis == other else 1 for other in range(len(GRID_SHAPE))])


def _conv_norm(width_in: Integers, width: Integers, kernel: int, size: int) -> Integers:
    weights = kernel * kernel * width_in * width
    return np.stack([weights + 2 * width, size * size * (weights + _FLOPS_PER_NORMALISED * width)])


def _block(width: Integers, size: int) -> Integers:
    return 2 * _conv_norm(width, width, 3, size)


def _first_block(width_in: Integers, width: Integers, stride: int, size: int) -> Integers:
    projected = (width_in != width) | (stride != 1)
    projection = np.where(projected, _conv_norm(width_in, width, 1, size), 0)
    return _conv_norm(width_in, width, 3, size) + _conv_norm(width, width, 3, size) + projection


def _classifier(width: Integers) -> Integers:
    weights = (width + 1) * _CLASSES
    return np.stack([weights, weights])
