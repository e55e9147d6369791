"""A folder of images that travels to machines that lack it: once to each, through Ray's object store.

There it lies in a temporary folder of its own, made for this process's user alone, for as long as a worker reads it:
each holds a lock, and a small process waits for that to be free, whatever ends the workers. What a machine that was
switched off has kept is cleared away by the next parcel.
"""

import fcntl
import io
import logging
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from shutil import copyfileobj, rmtree
from typing import Any
from uuid import uuid4

import numpy as np
import ray
from numpy.typing import NDArray

from tasks import ImageSource, PluginText, UsageError, open_images
from tasks.images.base import CopiedSource
from tasks.images.folder_listing import FoundFile
from tasks.images.image_folder import ImageFolder
from tasks.images.sources import parsed_spec

MOST_BYTES = 512 * 2**20
"""Size of the files of a folder up to which it is sent."""
_PREFIX, _IMAGES = "selfnas-images-", "images"
_LOCK, _UNPACKING, _WHOLE = "lock", "unpacking", "whole"
_FOLDER = "imagefolder:"
_SOON_S = 0.1
_REMOVE = """
import fcntl, shutil, sys
with open(sys.argv[1] + "/lock") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    shutil.rmtree(sys.argv[1], ignore_errors=True)
"""
_OLD_S = 60.0
"""From when on a folder without a reader has been left behind, and is not about to be read."""

logger = logging.getLogger(__name__)
_held: list[io.TextIOWrapper] = []
"""Locks on what this process reads, for as long as it lives."""


@dataclass(frozen=True)
class ImageParcel:
    """A folder of images on its way.

    digest: of its files, as a copy has it, too; content: a reference to the archive, in a tuple, so that Ray fetches it
    where it is asked for alone; token: names its folder on every machine
    """

    digest: str
    content: tuple[Any, ...]
    token: str = field(default_factory=lambda: uuid4().hex)


def send_images(images: ImageSource) -> ImageParcel | None:
    """Put the files of an image folder into the object store; None, and a line, where they cannot travel."""
    if not isinstance(images, ImageFolder):
        logger.warning("note: --ship-images sends folders of images (imagefolder:DIR) alone; these have none")
        return None
    folder, files = images.files.folder, images.files.listed
    if reason := _reason_against(files):
        logger.warning("note: %s is not sent, as %s; every machine must have it at this path", folder, reason)
        return None
    return ImageParcel(images.files_digest(), (ray.put(packed(folder, files)),))


def placed(data: str, parcel: ImageParcel | None) -> str:
    """Return the text that names a driver's images on this machine: where they are, or where they are put now.

    Raises UsageError where they are not sent, and this machine has no such folder.
    """
    plugin = parsed_spec(data)
    folder = plugin.name.partition(":")[2] if plugin.name.startswith(_FOLDER) else ""
    if parcel is None and folder and not Path(folder).is_dir():
        raise UsageError(f"it has no folder {folder}; put the images there, or send them by --ship-images")
    if parcel is None or _is_here(data, parcel):
        return data
    options = {name: value for name, value in plugin.options.items() if name != "folder"}
    return PluginText(f"{plugin.name.partition(':')[0]}:{unpacked(parcel)}", options).quoted()


def packed(folder: Path, files: Iterable[FoundFile]) -> NDArray[np.uint8]:
    """Return an archive [bytes] of files below a folder; one that cannot be read is an empty one."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for file in files:
            content = _content(file.path)
            member = tarfile.TarInfo(str(file.path.relative_to(folder)))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return np.frombuffer(buffer.getbuffer(), dtype=np.uint8)


def unpacked(parcel: ImageParcel) -> Path:
    """Return the folder on this machine that holds a parcel's files; the first process to ask unpacks them."""
    _clear_left()
    base = _base(parcel.token)
    while (lock := _reading(base)) is None:  # it was being removed, its last reader gone
        time.sleep(_SOON_S)
    with (base / _UNPACKING).open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _complete(base, parcel)
    _held.append(lock)
    return base / _IMAGES


def _reading(base: Path) -> io.TextIOWrapper | None:
    """Return the lock of a folder, which is made where it is missing; None where it is removed in that moment."""
    with suppress(FileExistsError):
        base.mkdir(mode=0o700)
    try:
        _check_own(base)
        lock = (base / _LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_SH)
        if os.path.samestat(os.fstat(lock.fileno()), (base / _LOCK).stat()):
            return lock
        lock.close()
    except FileNotFoundError:
        pass
    return None


def _complete(base: Path, parcel: ImageParcel) -> None:
    """Unpack a parcel, unless another process has done so while this one waited."""
    if not (base / _WHOLE).exists():
        rmtree(base / _IMAGES, ignore_errors=True)
        unpack(ray.get(parcel.content[0]), base / _IMAGES)
        _remove_afterwards(base)
        (base / _WHOLE).touch()


def _remove_afterwards(base: Path) -> None:
    """Have a folder removed once nobody reads it any more, whatever ends its readers.

    That is a process of its own, no child of this one: Ray ends those of a worker with it.
    """
    apart = ["/bin/sh", "-c", '"$@" < /dev/null > /dev/null 2>&1 &', "sh"]
    subprocess.run([*apart, sys.executable, "-I", "-c", _REMOVE, str(base)], check=True, start_new_session=True)


def unpack(content: NDArray[np.uint8], folder: Path) -> None:
    """Write the files of an archive [bytes] into a new folder.

    Raises ValueError for anything in it but plain files below that folder, and for more of them than are sent.
    """
    folder.mkdir(mode=0o700)
    left = MOST_BYTES
    with tarfile.open(fileobj=io.BytesIO(content.tobytes()), mode="r:") as archive:
        for member in archive:
            left -= member.size
            _check_member(member, left)
            place = folder / member.name
            place.parent.mkdir(parents=True, exist_ok=True)
            found = archive.extractfile(member)
            assert found is not None  # of a plain file
            with place.open("xb") as file:
                copyfileobj(found, file)


def _reason_against(files: Iterable[FoundFile]) -> str | None:
    listed = list(files)
    size = sum(file.size for file in listed)
    if size > MOST_BYTES:
        return f"it has {size / 2**20:,.0f} MiB, and at most {MOST_BYTES / 2**20:.0f} travel"
    places = {(found.st_dev, found.st_ino) for file in listed if (found := _stat(file.path)) is not None}
    if len(places) < sum(file.path.exists() for file in listed):
        return "some of its files are others by a link"
    return None


def _is_here(data: str, parcel: ImageParcel) -> bool:
    try:
        images = open_images(data)
    except (UsageError, OSError):
        return False
    return isinstance(images, CopiedSource) and images.files_digest() == parcel.digest


def _base(token: str) -> Path:
    return Path(tempfile.gettempdir(), _PREFIX + token)


def _check_own(base: Path) -> None:
    """Raise OSError where a folder is a link, somebody else's, or open to others."""
    found = base.lstat()
    if base.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise OSError(f"{base} is not this process's own folder")


def _check_member(member: tarfile.TarInfo, left: int) -> None:
    path = PurePosixPath(member.name)
    if not member.isreg() or path.is_absolute() or ".." in path.parts or left < 0:
        raise ValueError(f"{member.name[:80]!r} is no file of a folder of images that was sent")


def _clear_left() -> None:
    """Remove what was left here when this machine was switched off: folders of this user that nobody reads."""
    for base in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            _check_own(base)
            with (base / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - (base / _LOCK).stat().st_mtime > _OLD_S:
                    rmtree(base, ignore_errors=True)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
