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
from tasks.images.sampling import Normalisation, checked_size, choose, split_indices

VALIDATION_SHARE = 0.2
BRIGHTEST = 16.0  # grey levels of the data set are 0 to 16

# Of 20,000 training images of 32 pixels drawn with derive_rng(0, "digits", "normalisation").
NORMALISATION = Normalisation((0.306, 0.306, 0.306), (0.324, 0.324, 0.324))


@dataclass(frozen=True)
class Digits:
    """Grey digits repeated over three channels and enlarged bilinearly to S x S; never augmented.

    The split is fixed: 1,438 digits for training, 359 for validation.
    """

    size: int = 32
    num_classes: ClassVar[int] = 10
    normalisation: ClassVar[Normalisation] = NORMALISATION

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
    train, validation = split_indices(len(labels), VALIDATION_SHARE, derive_rng(0, "digits", "split"))
    kept = train if split == Split.TRAIN else validation
    grey = torch.from_numpy(images[kept] / BRIGHTEST).float().reshape(-1, 1, 8, 8)
    return grey, torch.from_numpy(labels[kept]).long()
