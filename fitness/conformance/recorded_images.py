"""Pictures that remember which of them were drawn.

Letters: B batch, S height and width in pixels.
"""

import hashlib
from typing import Any

import numpy as np

from tasks import ImageBatch, ImageSource, Split


class RecordedImages:
    """A source of pictures, and a digest of every batch that was drawn from it, in order."""

    def __init__(self, source: ImageSource) -> None:
        """Draw from ``source``."""
        self._source = source
        self.drawn: list[str] = []

    def __getattr__(self, name: str) -> Any:
        """Return what the source has beyond its contract."""
        if name == "_source":  # nothing to ask yet
            raise AttributeError(name)
        return getattr(self._source, name)

    @property
    def size(self) -> int:
        """Height and width in pixels of every picture."""
        return self._source.size

    @property
    def num_classes(self) -> int | None:
        """Number of labels, or None without labels."""
        return self._source.num_classes

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` pictures [B, 3, S, S] of the source."""
        batch = self._source.draw(count, rng, split=split)
        self.drawn.append(hashlib.sha256(batch.images.numpy().tobytes()).hexdigest())
        return batch
