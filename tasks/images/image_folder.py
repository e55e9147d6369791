"""Images of the user's own: a folder of them, or one folder per class.

Letters: B batch, S height and width in pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from tasks.foundation.errors import UsageError
from tasks.foundation.randomness import derive_rng
from tasks.images.base import ImageBatch, Split, described
from tasks.images.decoding import ImageStore
from tasks.images.dividing import THREE_SPLITS
from tasks.images.even_draw import choose_usable
from tasks.images.folder_digest import Digested, copy_digest, digest_of
from tasks.images.folder_division import FolderFiles, ImageFile, read_files
from tasks.images.sampling import Normalisation, checked_size, cut, stack, to_unit

CROP_SHARE = 7 / 8  # of the shorter side, as 224 of 256

# The constants that are customary for ImageNet.
NORMALISATION = Normalisation((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
NORMALISATIONS = {
    1: Normalisation((0.449,), (0.226,)),  # the means of these
    3: NORMALISATION,
    4: Normalisation((*NORMALISATION.mean, 0.0), (*NORMALISATION.std, 1.0)),  # how opaque a pixel is stays in [0, 1]
}
"""By the number of channels."""
SHOWN_CLASSES, LONGEST_NAME = 5, 30
"""How many classes are told by their names, and how many letters of each."""
_CENTRE = np.full(2, 0.5)


@dataclass(frozen=True)
class ImageFolder:
    """Squares of 7/8 of an image's shorter side, resized to S x S.

    Training squares lie anywhere and half of them are mirrored, those of other splits lie in the centre. For a file
    that turns out not to be decodable another one is drawn, each as likely. classes: folder names, empty without
    labels; sides: the files of each split; files: all of them; digested: what of them the
    identity depends on.
    """

    size: int
    classes: tuple[str, ...]
    sides: Mapping[Split, tuple[ImageFile, ...]]
    store: ImageStore
    files: FolderFiles
    digested: Digested = Digested.TIMES

    @property
    def channels(self) -> int:
        """How many channels C an image has: 1 for grey, 3 for colours, 4 with how opaque it is."""
        return self.store.channels

    @property
    def normalisation(self) -> Normalisation:
        """What was applied to the pixels."""
        return NORMALISATIONS[self.channels]

    @cached_property
    def identity(self) -> str:
        """Which files these are, and how they are divided; contents are read when this is first asked for."""
        listed = self.files.listed
        digest = digest_of(self.files.folder, listed, self.digested)
        return f"{THREE_SPLITS}; {len(listed)} images, {self.digested} {digest}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What whoever starts something with these images should be told."""
        return (*described(self), *self.files.remarks)

    @property
    def splits(self) -> tuple[Split, ...]:
        """The splits that have a file."""
        return tuple(split for split, side in self.sides.items() if side)

    @property
    def description(self) -> str:
        """Which classes, and how many images of every split, in a line."""
        counts = ", ".join(f"{len(side)} {split}" for split, side in self.sides.items())
        return f"{_named(self.classes)}; {counts}"

    @property
    def num_classes(self) -> int | None:
        """Number of class folders, or None without."""
        return len(self.classes) or None

    @property
    def unreadable(self) -> int:
        """Number of files met since the start that could not be decoded."""
        return len(self.store.unreadable)

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` images [B, C, S, S], none twice before all were drawn, normalised with ``normalisation``.

        Raises OSError where no file of the split can be read any more.
        """
        found = self._drawn(self.sides[split], count, rng)
        train = split == Split.TRAIN
        places = rng.random((count, 2)) if train else np.full((count, 2), 0.5)
        mirrored = rng.random(count) < 0.5 if train else np.zeros(count, dtype=bool)
        crops = [_crop(image, self.size, place) for (_, image), place in zip(found, places, strict=True)]
        return self._batch(crops, mirrored, [file.label for file, _ in found])

    def at(self, numbers: NDArray[np.int64], *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return the squares in the centre of files [B, C, S, S] by their numbers, class by class.

        Another one of the split, each as likely, stands for one that cannot be read. Raises OSError where none can be
        read any more.
        """
        side = self.sides[split]
        found = [self._ready(side, number) for number in numbers.tolist()]
        crops = [_crop(image, self.size, _CENTRE) for _, image in found]
        return self._batch(crops, np.zeros(len(crops), dtype=bool), [file.label for file, _ in found])

    def whole(self, split: Split) -> ImageBatch:
        """Return the squares in the centre of all readable files of a split [B, C, S, S], class by class.

        Raises OSError where no file of the split can be read any more.
        """
        side = self.sides[split]
        found = [(file.label, image) for file in side if (image := self._read(file)) is not None]
        if not found:
            raise _none_readable(side)
        crops = [_crop(image, self.size, _CENTRE) for _, image in found]
        return self._batch(crops, np.zeros(len(crops), dtype=bool), [label for label, _ in found])

    def count(self, split: Split) -> int:
        """Return how many files a split has, those left out at the start not counted."""
        return len(self.sides[split])

    def files_stamp(self) -> str:
        """Return names, sizes and times of the files as a short text: equal where a folder is the same one."""
        return digest_of(self.files.folder, self.files.listed, Digested.TIMES)

    def files_digest(self) -> str:
        """Return what a copy of the files has in common with them as a short text; they are read the first time."""
        return self._copy_digest

    @cached_property
    def _copy_digest(self) -> str:
        return copy_digest(self.files.folder, self.files.listed)

    def _drawn(
        self, side: Sequence[ImageFile], count: int, rng: np.random.Generator
    ) -> list[tuple[ImageFile, Image.Image]]:
        """Return so many files of a split that can be read, each as likely, and their images, each decoded once."""
        images: dict[int, Image.Image] = {}

        def can_be_read(number: int) -> bool:
            image = images.get(number) or self._read(side[number])
            if image is not None:
                images[number] = image
            return image is not None

        try:
            chosen = choose_usable(len(side), count, rng, can_be_read)
        except LookupError as error:
            raise _none_readable(side) from error
        return [(side[number], images[number]) for number in chosen]

    def _ready(self, side: Sequence[ImageFile], number: int) -> tuple[ImageFile, Image.Image]:
        """Return a file of a split and its image, or those of the one that stands for it."""
        if (image := self._read(side[number])) is not None:
            return side[number], image
        for other in derive_rng(0, "imagefolder", "stand-in", number).permutation(len(side)).tolist():
            if (image := self._read(side[other])) is not None:
                return side[other], image
        raise _none_readable(side)

    def _read(self, file: ImageFile) -> Image.Image | None:
        return self.store.read(file.path)

    def _batch(self, crops: list[NDArray[np.uint8]], mirrored: NDArray[np.bool_], labels: list[int]) -> ImageBatch:
        self.store.tell()
        images = self.normalisation.apply(to_unit(stack(crops, mirrored)))
        return ImageBatch(images, torch.tensor(labels) if self.classes else None)


def open_folder(folder: Path, *, size: int = 32, channels: int = 3, digest: Digested = Digested.TIMES) -> ImageFolder:
    """Return the images of ``folder``: of its folders ``train``, ``val`` and ``test``, or divided by chance.

    channels: 1 for grey images, 3 for colours, 4 for colours and how opaque a pixel is
    digest: what of the files is noted, so that a run goes on with the same ones alone

    A split without a folder of its own gets a tenth of every class to train on, at least one image of a class of two
    for validation, of three for the test, too. What a folder holds is what ``read_files`` finds, which raises
    UsageError. Files of a split none of which can be read after all are left out, and the others divided anew.
    """
    files, store = read_files(Path(folder)), ImageStore(checked_size(size), _checked_channels(channels))
    sides = files.sides()
    while lost := [side for side in sides.values() if side and not any(store.read(file.path) for file in side)]:
        files = files.without([file for side in lost for file in side])
        sides = files.sides()
    return ImageFolder(size, files.labels, sides, store, files, digest)


def _checked_channels(channels: int) -> int:
    if channels not in NORMALISATIONS:
        raise UsageError(
            f"channels={channels}: a folder's images have 1, 3 or 4: grey, in colours, or with transparency"
        )
    return channels


def _named(classes: Sequence[str]) -> str:
    """Return how many classes there are and what the first are called, e.g. ``2 classes ('cat', 'dog')``."""
    if not classes:
        return "no classes"
    shown = [repr(name[:LONGEST_NAME]) for name in classes[:SHOWN_CLASSES]]
    more = [f"{len(classes) - SHOWN_CLASSES} more"] if len(classes) > SHOWN_CLASSES else []
    return f"{len(classes)} class{'es' * (len(classes) > 1)} ({', '.join([*shown, *more])})"


def _none_readable(side: Sequence[ImageFile]) -> OSError:
    among = f", {side[0].path} among them," if side else ""
    return OSError(f"none of {len(side)} images{among} can be read any more")


def _crop(image: Image.Image, size: int, place: NDArray[np.float64]) -> NDArray[np.uint8]:
    side = max(1, round(CROP_SHARE * min(image.size)))
    left, top = (float(value) for value in place)
    corner = int(left * (image.width - side + 1)), int(top * (image.height - side + 1))
    return cut(image, corner, side, size)
