"""Images that show nothing: the control for what a fitness learns from real ones.

Letters: B batch, S height and width in pixels.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from tasks.images.base import ImageBatch, Split
from tasks.images.sampling import checked_size


@dataclass(frozen=True)
class NoiseImages:
    """Independent standard normal pixels, which need no normalisation; without labels, and with all splits."""

    size: int = 32
    num_classes: ClassVar[None] = None
    splits: ClassVar[tuple[Split, ...]] = tuple(Split)

    def __post_init__(self) -> None:
        """Check the size."""
        checked_size(self.size)

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` images [B, 3, S, S]."""
        for _ in range(self.splits.index(split)):  # equal generators shall not show what training saw
            rng = np.random.default_rng(rng.integers(2**63))
        return ImageBatch(torch.from_numpy(rng.standard_normal((count, 3, self.size, self.size), dtype=np.float32)))
