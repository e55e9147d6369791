"""A folder of images that travels to machines that lack it: once to each, through Ray's object store.

There it lies in a temporary folder of its own for as long as a worker reads it.
"""

import io
import logging
import os
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
import ray
from numpy.typing import NDArray

from evo.cluster.lasting_folder import lasting_folder
from tasks import ImageSource, PluginText, UsageError, open_images
from tasks.images.base import CopiedSource
from tasks.images.folder_listing import FoundFile
from tasks.images.image_folder import ImageFolder
from tasks.images.sources import parsed_spec

MOST_BYTES = 512 * 2**20
"""Size of the files of a folder up to which it is sent."""
_FOLDER = "imagefolder:"

logger = logging.getLogger(__name__)


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
    return lasting_folder(parcel.token, lambda folder: unpack(ray.get(parcel.content[0]), folder))


def unpack(content: NDArray[np.uint8], folder: Path) -> None:
    """Write the files of an archive [bytes] into a new folder.

    Raises ValueError for anything in it but plain files below that folder, and for more of them than are sent.
    """
    folder.mkdir(mode=0o700)
    left = MOST_BYTES
    with pa.BufferReader(content) as buffer, tarfile.open(fileobj=buffer, mode="r:") as archive:
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


def _check_member(member: tarfile.TarInfo, left: int) -> None:
    path = PurePosixPath(member.name)
    if not member.isreg() or path.is_absolute() or ".." in path.parts or left < 0:
        raise ValueError(f"{member.name[:80]!r} is no file of a folder of images that was sent")


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
