"""Images of the user's own: a folder of them, or one folder per class.

Letters: B batch, S height and width in pixels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from tasks.foundation.errors import UsageError
from tasks.foundation.randomness import derive_rng
from tasks.images.base import ImageBatch, Split
from tasks.images.decoding import SUFFIXES, ImageStore
from tasks.images.dividing import THREE_SPLITS, divided
from tasks.images.sampling import Normalisation, checked_size, choose, cut, stack, to_unit

CROP_SHARE = 7 / 8  # of the shorter side, as 224 of 256

# The constants that are customary for ImageNet.
NORMALISATION = Normalisation((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_CENTRE = np.full(2, 0.5)


@dataclass(frozen=True)
class ImageFile:
    """An image on disk; label: the position of its class, or 0 without classes."""

    path: Path
    label: int


@dataclass(frozen=True)
class ImageFolder:
    """Squares of 7/8 of an image's shorter side, resized to S x S.

    Training squares lie anywhere and half of them are mirrored, those of other splits lie in the centre. A file that
    cannot be decoded is passed over for the next one in order. classes: folder names, empty without labels; sides:
    the files of each split.
    """

    size: int
    classes: tuple[str, ...]
    sides: Mapping[Split, tuple[ImageFile, ...]]
    store: ImageStore
    normalisation: ClassVar[Normalisation] = NORMALISATION
    identity: ClassVar[str] = THREE_SPLITS

    @property
    def splits(self) -> tuple[Split, ...]:
        """The splits that have a file."""
        return tuple(split for split, side in self.sides.items() if side)

    @property
    def num_classes(self) -> int | None:
        """Number of class folders, or None without."""
        return len(self.classes) or None

    @property
    def unreadable(self) -> int:
        """Number of files met so far that could not be decoded."""
        return len(self.store.unreadable)

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` images [B, 3, S, S], none twice before all were drawn, normalised with NORMALISATION.

        Raises OSError where no file of the split can be read any more.
        """
        side = self.sides[split]
        found = [_next_readable(side, int(start), self.store) for start in choose(len(side), count, rng)]
        train = split == Split.TRAIN
        places = rng.random((count, 2)) if train else np.full((count, 2), 0.5)
        mirrored = rng.random(count) < 0.5 if train else np.zeros(count, dtype=bool)
        crops = [_crop(image, self.size, place) for (_, image), place in zip(found, places, strict=True)]
        return self._batch(crops, mirrored, [file.label for file, _ in found])

    def at(self, numbers: NDArray[np.int64], *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return the squares in the centre of files [B, 3, S, S] by their numbers, class by class.

        The next readable file stands for one that is not. Raises OSError where none of the split can be read any more.
        """
        side = self.sides[split]
        found = [_next_readable(side, int(number), self.store) for number in numbers]
        crops = [_crop(image, self.size, _CENTRE) for _, image in found]
        return self._batch(crops, np.zeros(len(crops), dtype=bool), [file.label for file, _ in found])

    def whole(self, split: Split) -> ImageBatch:
        """Return the squares in the centre of all readable files of a split [B, 3, S, S], class by class.

        Raises OSError where no file of the split can be read any more.
        """
        side = self.sides[split]
        found = [(file.label, image) for file in side if (image := self.store.read(file.path)) is not None]
        if not found:
            raise OSError(f"none of {len(side)} images, {side[0].path} among them, can be read any more")
        crops = [_crop(image, self.size, _CENTRE) for _, image in found]
        return self._batch(crops, np.zeros(len(crops), dtype=bool), [label for label, _ in found])

    def count(self, split: Split) -> int:
        """Return how many files a split has, readable or not."""
        return len(self.sides[split])

    def _batch(self, crops: list[NDArray[np.uint8]], mirrored: NDArray[np.bool_], labels: list[int]) -> ImageBatch:
        images = NORMALISATION.apply(to_unit(stack(crops, mirrored)))
        return ImageBatch(images, torch.tensor(labels) if self.classes else None)


def open_folder(folder: Path, *, size: int = 32) -> ImageFolder:
    """Return the images of ``folder``, a tenth of every class held out for validation, and another for the test.

    Sub-folders with images in them, in sorted order, are classes. Hidden files and files that are no images by
    their suffix are ignored. A class of two has an image for validation, one of three for the test, too. Files of a
    split none of which can be read are left out, and the others divided anew. Raises UsageError for a missing folder,
    one without a readable image, or images both beside and inside folders.
    """
    files, classes = _list_files(Path(folder))
    store = ImageStore(checked_size(size))
    sides, found = _divided(files), len(files)
    while lost := [side for side in sides.values() if side and all(store.read(file.path) is None for file in side)]:
        files = [file for file in files if not any(file in side for side in lost)]
        sides = _divided(files)
    if not files:
        raise UsageError(f"imagefolder: none of the {found} images in {folder} can be read")
    return ImageFolder(size, classes, sides, store)


def _divided(files: Sequence[ImageFile]) -> dict[Split, tuple[ImageFile, ...]]:
    labels, rng = [file.label for file in files], derive_rng(0, "imagefolder", "split")
    numbers = divided(labels, [Split.VALIDATION, Split.TEST], rng)
    return {split: tuple(files[number] for number in part) for split, part in numbers.items()}


def _list_files(folder: Path) -> tuple[list[ImageFile], tuple[str, ...]]:
    """Return all image files in sorted order and the names of the classes."""
    if not folder.is_dir():
        raise UsageError(f"imagefolder: {folder} {'is not a folder' if folder.exists() else 'does not exist'}")
    try:
        entries = sorted(folder.iterdir())
        flat = _images_of(folder, entries)
        nested = {entry.name: _images_of(folder, entry.rglob("*")) for entry in entries if entry.is_dir()}
    except OSError as error:
        raise UsageError(f"imagefolder: {folder} cannot be read: {error}") from error
    classes = [name for name, paths in nested.items() if paths]
    if flat and classes:
        raise UsageError(f"imagefolder: {folder} has images beside class folders such as {classes[0]!r}; move either")
    if not flat and not classes:
        raise UsageError(f"imagefolder: {folder} has no image (suffixes: {', '.join(sorted(SUFFIXES))})")
    labelled = [ImageFile(path, label) for label, name in enumerate(classes) for path in nested[name]]
    return [*(ImageFile(path, 0) for path in flat), *labelled], tuple(classes)


def _images_of(folder: Path, paths: Iterable[Path]) -> list[Path]:
    """Return the image files among ``paths`` in sorted order; nothing hidden, nor inside something hidden."""
    named = [path for path in paths if path.suffix.lower() in SUFFIXES]
    shown = [path for path in named if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    return sorted(path for path in shown if path.is_file())


def _next_readable(side: tuple[ImageFile, ...], start: int, store: ImageStore) -> tuple[ImageFile, Image.Image]:
    for file in (*side[start:], *side[:start]):
        image = store.read(file.path)
        if image is not None:
            return file, image
    raise OSError(f"none of {len(side)} images, {side[0].path} among them, can be read any more")


def _crop(image: Image.Image, size: int, place: NDArray[np.float64]) -> NDArray[np.uint8]:
    side = max(1, round(CROP_SHARE * min(image.size)))
    left, top = (float(value) for value in place)
    corner = int(left * (image.width - side + 1)), int(top * (image.height - side + 1))
    return cut(image, corner, side, size)
