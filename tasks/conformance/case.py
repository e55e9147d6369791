"""What the checks of a source are run on."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from tasks.conformance.outcomes import require
from tasks.foundation.randomness import derive_rng
from tasks.images.base import ImageBatch, Split

REQUIRED = (Split.TRAIN, Split.VALIDATION)
"""The splits that every source has."""


@dataclass(frozen=True)
class SourceCase:
    """A source under examination.

    source: it; make: opens it a second time, as another worker does
    images: how many a check draws; seed: determines which
    """

    source: Any
    make: Callable[[], Any]
    images: int = 16
    seed: int = 0

    def rng(self, number: int = 0) -> np.random.Generator:
        """Return a generator, the same each time."""
        return derive_rng(self.seed, "conformance", "images", number)

    def draw(
        self, split: Split = Split.TRAIN, *, number: int = 0, count: int | None = None, source: Any = None
    ) -> ImageBatch:
        """Return the images of a generator's number, of another source where one is given; raises Nonconformance."""
        drawn = (source or self.source).draw(self.images if count is None else count, self.rng(number), split=split)
        said = f"draw() returns a {type(drawn).__name__} instead of a tasks.ImageBatch"
        require(isinstance(drawn, ImageBatch), said)
        batch: ImageBatch = drawn
        return batch


def digests(images: Tensor) -> list[str]:
    """Return a digest of each of the images [B, C, S, S]."""
    return [hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest() for image in images]


def same(one: ImageBatch, other: ImageBatch) -> bool:
    """Return whether two batches are equal to the bit, labels too."""
    labels = [None if each.labels is None else each.labels.tolist() for each in (one, other)]
    return digests(one.images) == digests(other.images) and labels[0] == labels[1]
