"""Labelled images without a download: scikit-learn's 1,797 handwritten digits of 8 x 8 pixels.

Letters: B batch, S height and width in pixels.
"""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from tasks.foundation.randomness import derive_rng
from tasks.images.base import ImageBatch, Split
from tasks.images.dividing import THREE_SPLITS, divided
from tasks.images.sampling import Normalisation, checked_size, choose, split_indices

TEST_SHARE = 0.2
VALIDATION_SHARE = 0.25  # of the others
BRIGHTEST = 16.0  # grey levels of the data set are 0 to 16

# Of 20,000 images of training and validation of 32 pixels drawn with derive_rng(0, "digits", "normalisation").
NORMALISATION = Normalisation((0.306, 0.306, 0.306), (0.324, 0.324, 0.324))


@dataclass(frozen=True)
class Digits:
    """Grey digits repeated over three channels and enlarged bilinearly to S x S; never augmented.

    The splits are fixed: 1,079 digits for training, 359 for validation, 359 for the test.
    """

    size: int = 32
    num_classes: ClassVar[int] = 10
    splits: ClassVar[tuple[Split, ...]] = tuple(Split)
    identity: ClassVar[str] = THREE_SPLITS
    normalisation: ClassVar[Normalisation] = NORMALISATION
    classes: ClassVar[tuple[str, ...]] = tuple(map(str, range(10)))

    def __post_init__(self) -> None:
        """Check the size."""
        checked_size(self.size)

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` digits [B, 3, S, S], none twice before all were drawn, normalised with NORMALISATION."""
        return self.at(choose(self.count(split), count, rng), split=split)

    def at(self, numbers: NDArray[np.int64], *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return digits [B, 3, S, S] by their numbers in the data set's order."""
        images, labels = _digits(split)
        chosen = torch.from_numpy(numbers)
        return ImageBatch(self._ready(images[chosen]), labels[chosen])

    def whole(self, split: Split) -> ImageBatch:
        """Return all digits of a split [B, 3, S, S] in the data set's order."""
        images, labels = _digits(split)
        return ImageBatch(self._ready(images), labels)

    def count(self, split: Split) -> int:
        """Return how many digits a split has."""
        return len(_digits(split)[1])

    def _ready(self, images: Tensor) -> Tensor:
        enlarged = functional.interpolate(images, size=(self.size, self.size), mode="bilinear")
        return NORMALISATION.apply(enlarged.expand(-1, 3, -1, -1))


@cache
def _digits(split: Split) -> tuple[Tensor, Tensor]:
    """Return [N, 1, 8, 8] float32 in [0, 1] and [N] int64 labels."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    kept = _numbers(labels)[split]
    grey = torch.from_numpy(images[kept] / BRIGHTEST).float().reshape(-1, 1, 8, 8)
    return grey, torch.from_numpy(labels[kept]).long()


def _numbers(labels: NDArray[np.int64]) -> dict[Split, NDArray[np.int64]]:
    """Return which digits each split has, of their labels [N]."""
    rest, test = (np.array(part) for part in split_indices(len(labels), TEST_SHARE, derive_rng(0, "digits", "split")))
    parts = divided(
        labels[rest].tolist(), [Split.VALIDATION], derive_rng(0, "digits", "validation"), share=VALIDATION_SHARE
    )
    return {Split.TEST: test} | {split: rest[part] for split, part in parts.items()}
