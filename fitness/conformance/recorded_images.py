"""Images of which it is noted what was drawn.

Letters: B batch, S height and width in pixels.
"""

import copy
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from tasks import ImageBatch, ImageSource, Split


@dataclass(frozen=True)
class RecordedImages:
    """A source of images, and a digest of every batch that was drawn from it, in order."""

    source: ImageSource
    drawn: list[str]

    @staticmethod
    def of(source: ImageSource) -> "RecordedImages":
        """Return a copy of ``source`` of the same type, so that a fitness finds in it whatever it looks for."""
        kind: Any = type(source)
        drawn: list[str] = []

        def draw(self: Any, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
            batch: ImageBatch = kind.draw(self, count, rng, split=split)
            drawn.append(hashlib.sha256(batch.images.numpy().tobytes()).hexdigest())
            return batch

        recorded = copy.copy(source)
        object.__setattr__(recorded, "__class__", type(kind.__name__, (kind,), {"draw": draw, "__slots__": ()}))
        return RecordedImages(recorded, drawn)
