"""Steps that image sources share: which images, which part of them, at which scale of values.

Letters: B batch, S height and width in pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from tasks.foundation.errors import UsageError
from tasks.images.constants import constant

LARGEST_SIDE = 4096
"""Pixels; a batch of larger images would fit no memory."""

Channels = tuple[float, ...]


@dataclass(frozen=True)
class Normalisation:
    """Mean and standard deviation per channel, customarily red, green and blue, of pixels in [0, 1]."""

    mean: Channels
    std: Channels

    def apply(self, pixels: Tensor) -> Tensor:
        """Return [B, C, S, S] pixels in [0, 1] with the mean subtracted and divided by the deviation."""
        return (pixels - _per_channel(self.mean, pixels)) / _per_channel(self.std, pixels)

    def undo(self, images: Tensor) -> Tensor:
        """Return the pixels in [0, 1] of normalised images [B, C, S, S]."""
        return images * _per_channel(self.std, images) + _per_channel(self.mean, images)


UNSTATED = Normalisation((0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
"""What objectives that need colours assume of a source that does not say: what is grey stays grey."""


def to_unit(pixels: NDArray[np.uint8]) -> Tensor:
    """Return [B, S, S, C] bytes as contiguous [B, C, S, S] float32 in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))).float() / 255


def choose(population: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return ``count`` indices below ``population``; none twice before every one was drawn once.

    Raises UsageError where there is nothing to draw from.
    """
    if not population:
        raise UsageError("a split without an image was asked for; see the splits of its source")
    rounds, rest = divmod(count, population)
    orders = [rng.permutation(population) for _ in range(rounds)]
    return np.concatenate([*orders, rng.choice(population, rest, replace=False)])


def split_indices(population: int, share: float, rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """Return ascending indices to keep and, about ``share`` of them but at least one, to hold out; none is in both."""
    held_out = max(1, round(share * population))
    order = [int(index) for index in rng.permutation(population)]
    return sorted(order[held_out:]), sorted(order[:held_out])


def cut(image: Image.Image, corner: tuple[int, int], side: int, size: int) -> NDArray[np.uint8]:
    """Return the square of ``side`` pixels whose left upper corner is (x, y), resized to [S, S, C], antialiased."""
    x, y = corner
    box = (x, y, x + side, y + side)
    small = image.resize((size, size), Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
    return np.asarray(small).reshape(size, size, -1)  # grey ones have no axis for their one channel


def stack(images: Sequence[NDArray[np.uint8]], mirrored: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return [B, S, S, C] images, the ``mirrored`` ones with left and right exchanged."""
    batch = np.stack(images)
    return np.where(mirrored[:, None, None, None], batch[:, :, ::-1], batch)


def checked_size(size: int) -> int:
    """Return ``size``; raises UsageError unless it is from 1 to ``LARGEST_SIDE`` pixels."""
    if not 1 <= size <= LARGEST_SIDE:
        raise UsageError(f"size={size}: images need at least 1 pixel, and at most {LARGEST_SIDE}, on a side")
    return size


def _per_channel(values: Channels, like: Tensor) -> Tensor:
    return constant(tuple(values), like.device)[:, None, None]
