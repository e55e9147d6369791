"""Which image files lie in a folder and below it; links to folders are followed, each folder once."""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.images.decoding import SUFFIXES


@dataclass(frozen=True, order=True)
class FoundFile:
    """An image file by its suffix.

    path: its folder's path and what follows; size: in bytes; changed_ns: when it was last written, in nanoseconds;
    both are 0 for a link that leads nowhere, which is a file that cannot be read
    """

    path: Path
    size: int
    changed_ns: int


def images_in(folder: Path) -> list[FoundFile]:
    """Return the image files of a folder itself in sorted order, nothing hidden; raises OSError."""
    with os.scandir(folder) as entries:
        return sorted(_found(folder, entry) for entry in entries if _is_image(entry))


def images_below(folder: Path) -> list[FoundFile]:
    """Return the image files in a folder and all below it in sorted order, nothing hidden; raises OSError.

    A folder that several links lead to counts once, by its own place where that is below the first folder, too. A link
    to a folder that the link itself lies in is left out.
    """
    return sorted(file for place in _folders(folder) for file in images_in(place))


def leads_back(place: Path, start: Path) -> bool:
    """Return whether a path is a link to a folder that it lies in itself, or that ``start`` lies in."""
    if not place.is_symlink():
        return False
    above, first = place.parent.resolve(), start.resolve()
    return place.resolve() in {first, *first.parents, above, *above.parents}


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder in sorted order, links to folders among them, nothing hidden; raises OSError."""
    with os.scandir(folder) as entries:
        return sorted(folder / entry.name for entry in entries if _is_shown(entry) and _is_folder(entry))


def _folders(folder: Path) -> Iterator[Path]:
    """Yield a folder and those below it: first those that are no links, so that a link adds only what is new."""
    walked: set[tuple[int, int]] = set()
    waiting = deque([folder])
    while waiting:
        place = waiting.popleft()
        identity = place.stat()
        if (identity.st_dev, identity.st_ino) in walked or (place != folder and leads_back(place, folder)):
            continue
        walked.add((identity.st_dev, identity.st_ino))
        yield place
        inside = folders_in(place)
        waiting.extendleft(path for path in inside if not path.is_symlink())
        waiting.extend(path for path in inside if path.is_symlink())


def _found(folder: Path, entry: "os.DirEntry[str]") -> FoundFile:
    try:
        facts = entry.stat()
    except OSError:  # a link that leads nowhere
        return FoundFile(folder / entry.name, 0, 0)
    return FoundFile(folder / entry.name, facts.st_size, facts.st_mtime_ns)


def _is_image(entry: "os.DirEntry[str]") -> bool:
    if not _is_shown(entry) or os.path.splitext(entry.name)[1].lower() not in SUFFIXES:
        return False
    if entry.is_symlink():
        return os.path.isfile(entry.path) or not os.path.exists(entry.path)
    return entry.is_file()


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    return os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()  # the former also of a link to itself


def _is_shown(entry: "os.DirEntry[str]") -> bool:
    return not entry.name.startswith(".")
