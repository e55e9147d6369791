"""The three scores of AZ-NAS that look at maps (Lee and Ham, CVPR 2024): expressivity, progressivity, trainability.

Its fourth, complexity, is ``macs``; the paper joins all four by the sum of the logarithms of their ranks. Taken: the
formulas, the map of every cell and of the stem, a batch of 64, batch norm in training mode, a random +-1 gradient at
each map. Chosen: the run's images in place of N(0, 1) noise (``--data noise`` gives that) and the network's own initial
weights in place of Kaiming's, which batch norm makes alike; blocks of any network in place of cells (``block_maps``);
finite values where the released program has an infinite one.

Letters: B batch, C channels, H height, W width.
"""

import math
from itertools import pairwise
from statistics import fmean

import torch
from torch import Tensor, nn

from fitness.zero_cost.block_maps import block_maps

_SMALL_SHARE = 1e-8
_SMALL_VALUE = 1e-6


def az_expressivity(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the sum over the maps of ``inputs`` [B, ...] of the entropy of their principal components' shares."""
    return sum(_entropies(network, inputs))


def az_progressivity(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the least growth of that entropy from a map to the next; raises ValueError for less than two maps."""
    entropies = _entropies(network, inputs)
    if len(entropies) < 2:
        raise ValueError("az_progressivity: the network has one map, and growth needs two")
    return min(after - before for before, after in pairwise(entropies))


def az_trainability(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the mean over blocks of 2 - s - 1 / (s + 1e-6), at most 0: how well gradients keep their size.

    s is the largest singular value of the mean, over B, H and W, of the outer product of a random +-1 gradient at the
    block's map and what arrives at the map before it; where maps get smaller, pixels of the larger one that become one
    are stacked. A block that hands its input on, which the paper ranks last, counts as one that lets nothing through,
    s = 0. Raises ValueError for less than two maps.
    """
    maps = block_maps(network, inputs.detach().clone().requires_grad_())
    if len(maps) < 2:
        raise ValueError("az_trainability: the network has one map, and gradients pass from one to another")
    return fmean(2 - s - 1 / (s + _SMALL_VALUE) for s in (_transfer(*pair) for pair in pairwise(maps)))


def _entropies(network: nn.Module, inputs: Tensor) -> list[float]:
    with torch.no_grad():
        return [_entropy(found) for found in block_maps(network, inputs)]


def _entropy(found: Tensor) -> float:
    """Return the entropy of the shares of the eigenvalues of the covariance of C channels; 0 for a constant map."""
    values = found.detach().movedim(1, -1).flatten(0, -2)
    centred = (values - values.mean(0)).double()
    if not centred.isfinite().all():
        return math.nan
    eigenvalues = torch.linalg.eigvalsh(centred.T @ centred).clamp_min(0)
    total = eigenvalues.sum()
    if total == 0:
        return 0.0
    shares = eigenvalues / total
    return -float((shares * (shares + _SMALL_SHARE).log()).sum())


def _transfer(before: Tensor, after: Tensor) -> float:
    """Return s of the block between two maps, 0 where nothing, or all unchanged, comes through."""
    if not (before.requires_grad and after.requires_grad):
        return 0.0
    signs = torch.randint(2, after.shape).to(after) * 2 - 1
    arriving = torch.autograd.grad(after, before, signs, retain_graph=True, allow_unused=True)[0]
    if arriving is None or (arriving.shape == signs.shape and torch.equal(arriving, signs)):
        return 0.0
    height, width = (min(sides) for sides in zip(before.shape[2:], after.shape[2:], strict=True))
    left, right = _stacked(arriving, height, width), _stacked(signs, height, width)
    outer = left.T @ right / len(left)
    return float(torch.linalg.matrix_norm(outer, 2)) if outer.isfinite().all() else math.nan


def _stacked(x: Tensor, height: int, width: int) -> Tensor:
    """Return [B * height * width, values] of x [B, C, H, W]: what lies in one cell of a coarser grid side by side."""
    down, across = x.shape[2] // height, x.shape[3] // width
    cut = x[:, :, : height * down, : width * across]
    cells = cut.reshape(*x.shape[:2], height, down, width, across)
    return cells.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(0, 2)
