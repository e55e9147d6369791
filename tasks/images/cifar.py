"""CIFAR-10 and CIFAR-100 as torchvision stores them on disk.

Letters: B batch, S height and width in pixels.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from tasks.foundation.default_images import DEFAULT_DATA_ROOT
from tasks.foundation.errors import UsageError
from tasks.foundation.randomness import derive_rng
from tasks.images.base import ImageBatch, Split
from tasks.images.dividing import THREE_SPLITS, divided
from tasks.images.sampling import Normalisation, checked_size, choose, stack, to_unit

NATIVE_SIZE = 32
PADDING = 4

# The constants that are customary for CIFAR-10, used for both sets.
NORMALISATION = Normalisation((125.3 / 255, 123.0 / 255, 113.9 / 255), (63.0 / 255, 62.1 / 255, 66.7 / 255))

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Cifar:
    """Labelled CIFAR images: the official test set, and the official training set, a tenth of it for validation.

    Training images are padded with 4 black pixels, cropped back at random and mirrored half of the time. Sizes
    other than 32 are reached by antialiased bilinear resizing afterwards.
    """

    num_classes: int
    data_root: Path
    size: int = NATIVE_SIZE
    normalisation: ClassVar[Normalisation] = NORMALISATION
    splits: ClassVar[tuple[Split, ...]] = tuple(Split)
    identity: ClassVar[str] = THREE_SPLITS

    @property
    def classes(self) -> tuple[str, ...]:
        """The published names of the labels."""
        return _names(self.num_classes, self.data_root)

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` images [B, 3, S, S], none twice before all were drawn, normalised with NORMALISATION."""
        images, labels = _load(self.num_classes, self.data_root, split)
        chosen = choose(len(labels), count, rng)
        pixels = _augment(images[chosen], rng) if split == Split.TRAIN else images[chosen]
        return ImageBatch(self._ready(pixels), torch.from_numpy(labels[chosen]))

    def at(self, numbers: NDArray[np.int64], *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return images [B, 3, S, S] by their numbers in the archive's order, none of them augmented."""
        images, labels = _load(self.num_classes, self.data_root, split)
        return ImageBatch(self._ready(images[numbers]), torch.from_numpy(labels[numbers]))

    def whole(self, split: Split) -> ImageBatch:
        """Return all images of a split [B, 3, S, S] in the archive's order, none of them augmented."""
        images, labels = _load(self.num_classes, self.data_root, split)
        return ImageBatch(self._ready(images), torch.from_numpy(labels))

    def count(self, split: Split) -> int:
        """Return how many images a split has."""
        return len(_load(self.num_classes, self.data_root, split)[1])

    def _ready(self, pixels: Bytes) -> Tensor:
        images = NORMALISATION.apply(to_unit(pixels))
        if self.size == NATIVE_SIZE:
            return images
        return functional.interpolate(images, size=(self.size, self.size), mode="bilinear", antialias=True)


def open_cifar10(*, size: int = NATIVE_SIZE, data_root: Path | None = None, download: bool = False) -> Cifar:
    """Return CIFAR-10 below ``data_root``; raises UsageError where it is missing or damaged."""
    return _open(10, size, data_root, download)


def open_cifar100(*, size: int = NATIVE_SIZE, data_root: Path | None = None, download: bool = False) -> Cifar:
    """Return CIFAR-100 below ``data_root``; raises UsageError where it is missing or damaged."""
    return _open(100, size, data_root, download)


def _open(num_classes: int, size: int, data_root: Path | None, download: bool) -> Cifar:
    root = Path(DEFAULT_DATA_ROOT) if data_root is None else data_root
    dataset = _dataset_type(num_classes)
    name, folder = dataset.__name__, root / dataset.base_folder
    try:
        dataset(root, train=False, download=download)  # checks every file against its published checksum
    except (RuntimeError, OSError) as error:
        if download:
            raise UsageError(f"{name} cannot be downloaded to {root}: {error}") from error
        state = "is damaged or not complete" if folder.is_dir() else "does not exist"
        hint = f"unpack {dataset.filename} there or add --download"
        raise UsageError(f"{name}: the folder {folder} {state}: {hint}") from error
    return Cifar(num_classes, root, checked_size(size))


@lru_cache(maxsize=6)
def _load(num_classes: int, root: Path, split: Split) -> tuple[Bytes, Labels]:
    """Return [N, 32, 32, 3] images and [N] labels."""
    loaded = _dataset_type(num_classes)(root, train=split != Split.TEST)
    labels = np.asarray(loaded.targets, dtype=np.int64)
    if split == Split.TEST:
        return loaded.data, labels
    numbers = divided(labels.tolist(), [Split.VALIDATION], derive_rng(0, "cifar", "validation"))[split]
    return loaded.data[numbers], labels[numbers]


@lru_cache(maxsize=2)
def _names(num_classes: int, root: Path) -> tuple[str, ...]:
    return tuple(_dataset_type(num_classes)(root, train=False).classes)


def _dataset_type(num_classes: int) -> Any:
    """Return torchvision's class, imported only now because that takes seconds."""
    try:
        from torchvision.datasets import CIFAR10, CIFAR100
    except (ImportError, RuntimeError) as error:  # RuntimeError: built for another torch
        raise UsageError(f"torchvision cannot be imported: {error}; install the one that fits torch") from error
    return CIFAR10 if num_classes == 10 else CIFAR100


def _augment(images: Bytes, rng: np.random.Generator) -> Bytes:
    """Return [B, 32, 32, 3] images, each shifted by up to 4 pixels per axis and mirrored or not."""
    padded = np.pad(images, ((0, 0), (PADDING, PADDING), (PADDING, PADDING), (0, 0)))
    corners = rng.integers(2 * PADDING + 1, size=(len(images), 2))
    crops = [
        image[top : top + NATIVE_SIZE, left : left + NATIVE_SIZE]
        for image, (top, left) in zip(padded, corners, strict=True)
    ]
    return stack(crops, rng.random(len(images)) < 0.5)
