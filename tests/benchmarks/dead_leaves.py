"""Images of nothing that is real, yet with edges, sizes and shades as photographs have them: dead leaves.

Textured shapes lie on each other until nothing else is seen. Radii follow the law r^-3, by which images are alike at
every scale (Lee, Mumford and Huang, 2001, Occlusion Models for Natural Images).

Letters: B batch, S height and width in pixels.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from tasks.images.base import ImageBatch, Split
from tasks.images.sampling import Normalisation, checked_size

LEAVES = 60
"""Of an image; the first are mostly covered."""
LEAST, MOST = 0.1, 0.8
"""Radii, as shares of the side."""
TEXTURE = 0.25
"""Largest amplitude of the waves on a leaf, of pixels in [0, 1]."""
SHININESS = 0.15
"""Largest change of a leaf's shade over its radius, of pixels in [0, 1]."""

COLOURFULNESS = 0.4
"""Largest difference of two channels: those of photographs are much alike."""

Array = NDArray[np.float32]

# Of 20,000 images of 32 pixels drawn with derive_rng(0, "dead leaves", "normalisation").
NORMALISATION = Normalisation((0.5, 0.5, 0.5), (0.306, 0.306, 0.306))


@dataclass(frozen=True)
class DeadLeaves:
    """Endless images of discs, boxes and diamonds, each turned, shaded and with waves on it, without labels."""

    size: int = 32
    num_classes: ClassVar[None] = None
    splits: ClassVar[tuple[Split, ...]] = (Split.TRAIN, Split.VALIDATION)
    normalisation: ClassVar[Normalisation] = NORMALISATION

    def __post_init__(self) -> None:
        """Check the size."""
        checked_size(self.size)

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` images [B, 3, S, S], normalised with NORMALISATION."""
        for _ in range(self.splits.index(split)):  # equal generators shall not show what training saw
            rng = np.random.default_rng(rng.integers(2**63))
        pixels = np.broadcast_to(_colours(count, rng), (count, 3, self.size, self.size)).copy()
        for _ in range(LEAVES):
            shape, colours = _leaves(count, self.size, rng)
            np.copyto(pixels, colours, where=shape[:, None])
        return ImageBatch(NORMALISATION.apply(torch.from_numpy(pixels.clip(0, 1))))


def _leaves(count: int, size: int, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Array]:
    """Return where one leaf of every image lies [B, S, S], and its colours everywhere [B, 3, S, S]."""
    along, across = _turned(count, size, rng)
    radius = _radii(count, rng)[:, None, None]
    along, across = along / radius, across / (radius * _uniform(rng, count, 0.5, 1))
    # norms of order 2, of order infinity and of order 1: discs, boxes, diamonds
    distances = np.stack([np.hypot(along, across), np.maximum(abs(along), abs(across)), abs(along) + abs(across)])
    shape = distances[rng.integers(len(distances), size=count), np.arange(count)] < 1
    waves = _uniform(rng, count, 0, TEXTURE) * np.sin(along * _uniform(rng, count, 1, 12) * np.pi)
    shade = waves + _uniform(rng, count, -SHININESS, SHININESS) * across
    return shape, _colours(count, rng) + shade[:, None]


def _colours(count: int, rng: np.random.Generator) -> Array:
    """Return a colour of each image [B, 3, 1, 1]: a grey, and by how much each channel is off it."""
    off: Array = (rng.random((count, 3, 1, 1), dtype=np.float32) - np.float32(0.5)) * np.float32(COLOURFULNESS)
    return rng.random((count, 1, 1, 1), dtype=np.float32) + off


def _turned(count: int, size: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return the coordinates of all pixels [B, S, S] about a place of each image, turned by an angle of each."""
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size
    down, right = (axis[:, None] - _uniform(rng, count, 0, 1)), (axis[None] - _uniform(rng, count, 0, 1))
    angle = _uniform(rng, count, 0, np.pi)
    return np.cos(angle) * right + np.sin(angle) * down, np.cos(angle) * down - np.sin(angle) * right


def _radii(count: int, rng: np.random.Generator) -> Array:
    """Return radii [B] between LEAST and MOST, of density r^-3, as shares of the side."""
    first, last = LEAST**-2, MOST**-2
    radii: Array = ((first + rng.random(count, dtype=np.float32) * (last - first)) ** -0.5).astype(np.float32)
    return radii


def _uniform(rng: np.random.Generator, count: int, low: float, high: float) -> Array:
    """Return one number of each image [B, 1, 1]."""
    return np.float32(low) + rng.random((count, 1, 1), dtype=np.float32) * np.float32(high - low)
