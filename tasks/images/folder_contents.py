"""What a folder of images holds: files that can be read, by class, and what there is to say about the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.foundation.errors import UsageError
from tasks.images.decoding import SUFFIXES
from tasks.images.folder_listing import FoundFile, folders_in, images_below, images_in, leads_back
from tasks.images.header_check import check_headers

UNLABELLED = ""
"""What stands for a class where images lie in the folder itself."""


@dataclass(frozen=True)
class FolderContents:
    """The image files of a folder.

    files: all of them, in the order of ``classes``, whether they can be read or not
    classes: those that can be read, in sorted order, by class in sorted order
    remarks: what whoever starts something with these images should be told
    """

    folder: Path
    files: tuple[FoundFile, ...]
    classes: Mapping[str, tuple[Path, ...]]
    remarks: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the classes, none where images lie in the folder itself."""
        return tuple(name for name in self.classes if name != UNLABELLED)


def read_contents(folder: Path) -> FolderContents:
    """Return what a folder holds.

    Sub-folders with images in or below them are classes. Hidden files and files that are no images by their suffix are
    ignored, files that cannot be read are left out, and classes that have no others. Raises UsageError for a missing
    folder, one without a readable image, or images both beside and inside folders.
    """
    found = _list_files(folder)
    listed = tuple(file for files in found.values() for file in files)
    checked = check_headers(folder, [file.path for file in listed])
    if len(checked.faults) == checked.count:
        broken = f"none of the {checked.count} images in {folder} can be read"
        raise UsageError(f"imagefolder: {broken}; the first is {checked.first_fault}")
    kept = {
        name: tuple(file.path for file in files if file.path not in checked.faults) for name, files in found.items()
    }
    lost = [name for name, files in kept.items() if not files]
    classes = {name: files for name, files in kept.items() if files}
    return FolderContents(folder, listed, classes, (*checked.remarks(), *_without_image(folder, lost)))


def _without_image(folder: Path, names: Sequence[str]) -> list[str]:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return [f"{folder}: {names[0]!r}{more} has no image that can be read, and is no class"] if names else []


def _list_files(folder: Path) -> dict[str, list[FoundFile]]:
    """Return all image files by class, readable or not."""
    if not folder.is_dir():
        raise UsageError(f"imagefolder: {folder} {'is not a folder' if folder.exists() else 'does not exist'}")
    try:
        flat = images_in(folder)
        nested = {place.name: images_below(place) for place in folders_in(folder) if not leads_back(place, folder)}
    except OSError as error:
        raise UsageError(f"imagefolder: {folder} cannot be read: {error}") from error
    classes = {name: files for name, files in nested.items() if files}
    if flat and classes:
        raise UsageError(f"imagefolder: {folder} has images beside class folders such as {min(classes)!r}; move either")
    if not flat and not classes:
        raise UsageError(f"imagefolder: {folder} has no image (suffixes: {', '.join(sorted(SUFFIXES))})")
    return {UNLABELLED: flat} if flat else classes
