"""Which files of a folder of images are in which split: as its folders say, the rest by chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.foundation.errors import UsageError
from tasks.foundation.randomness import derive_rng
from tasks.images.base import Split
from tasks.images.dividing import divided
from tasks.images.folder_contents import FolderContents, read_contents
from tasks.images.folder_listing import FoundFile
from tasks.images.folder_splits import split_folders


@dataclass(frozen=True)
class ImageFile:
    """An image on disk; label: the position of its class, or 0 without classes."""

    path: Path
    label: int


Sides = Mapping[Split, tuple[ImageFile, ...]]


@dataclass(frozen=True)
class FolderFiles:
    """The files of a folder of images.

    listed: all of them, those that cannot be read among them
    labels: the names of the classes, none without
    given: the files of those splits that have a folder of their own, or all of them for training
    remarks: what whoever starts something with these images should be told
    """

    folder: Path
    listed: tuple[FoundFile, ...]
    labels: tuple[str, ...]
    given: Sides
    remarks: tuple[str, ...]

    def without(self, lost: Sequence[ImageFile]) -> "FolderFiles":
        """Return the others alone; raises UsageError where a split of a folder of its own has none left."""
        gone = {file.path for file in lost}
        given = {split: tuple(file for file in side if file.path not in gone) for split, side in self.given.items()}
        for split, side in given.items():
            if not side:
                files = self.given[split]
                raise UsageError(
                    f"imagefolder: none of the {len(files)} images for {split}, {files[0].path} among them, can be read"
                )
        return replace(self, given=given)

    def sides(self) -> Sides:
        """Return the files of every split: a tenth of each class to train on for one that has no folder of its own."""
        train, missing = self.given[Split.TRAIN], [split for split in Split if split not in self.given]
        numbers = divided([file.label for file in train], missing, derive_rng(0, "imagefolder", "split"))
        parts = {split: tuple(train[number] for number in part) for split, part in numbers.items()}
        return {split: parts.get(split, self.given.get(split, ())) for split in Split}


def read_files(folder: Path) -> FolderFiles:
    """Return the files of a folder: of its splits, where it has folders of these, or of all its classes.

    Raises UsageError as ``read_contents`` does, and for a split whose classes are not those to train on.
    """
    places = split_folders(folder)
    found = {split: read_contents(place) for split, place in (places or {Split.TRAIN: folder}).items()}
    labels = found[Split.TRAIN].labels
    for split, place in places.items():
        _check_classes(place, found[split], places[Split.TRAIN], labels)
    given, left_out = _once({split: _files(contents, labels) for split, contents in found.items()})
    remarks = [remark for contents in found.values() for remark in contents.remarks]
    links = f"{folder}: {len(left_out)} files are others by a link and are left out; the first is "
    told = [f"{links}{left_out[0].path.relative_to(folder)}"] if left_out else []
    listed = tuple(file for contents in found.values() for file in contents.files)
    return FolderFiles(folder, listed, labels, given, (*remarks, *told))


def _once(sides: Sides) -> tuple[Sides, list[ImageFile]]:
    """Return every file once, whatever links lead to it, so that none is in two splits; and those left out.

    What is in two splits stays in the later one: a test keeps its images.
    """
    met: set[tuple[object, ...]] = set()
    kept: dict[Split, tuple[ImageFile, ...]] = {}
    left_out: list[ImageFile] = []
    for split in sorted(sides, key=list(Split).index, reverse=True):
        new: list[ImageFile] = []
        for file in sides[split]:
            place = _place_of(file.path)
            (left_out if place in met else new).append(file)
            met.add(place)
        kept[split] = tuple(new)
    return kept, left_out


def _place_of(path: Path) -> tuple[object, ...]:
    """Return where a file lies on its disk; its path where it cannot be looked at, and is found unreadable later."""
    try:
        facts = path.stat()
    except OSError:
        return (path,)
    return facts.st_dev, facts.st_ino


def _check_classes(place: Path, contents: FolderContents, train: Path, labels: Sequence[str]) -> None:
    unknown = [name for name in contents.labels if name not in labels]
    if unknown:
        raise UsageError(f"imagefolder: {place} has the class {unknown[0]!r}, and {train} has not; move it, or add it")
    if labels and not contents.labels:
        raise UsageError(
            f"imagefolder: {place} has images of no class, and {train} has classes such as {labels[0]!r}; sort them "
            "into such folders, or move them"
        )


def _files(contents: FolderContents, labels: Sequence[str]) -> tuple[ImageFile, ...]:
    """Return the files class by class, each with its class's place among those to train on."""
    place_of = {name: place for place, name in enumerate(labels)}
    return tuple(ImageFile(path, place_of.get(name, 0)) for name, paths in contents.classes.items() for path in paths)
