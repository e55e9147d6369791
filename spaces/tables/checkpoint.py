"""Reads what ``torch.save`` wrote, without torch and without the numbers in tensors.

Since torch 1.6 that is a zip archive with the pickle in ``NAME/data.pkl``; before, it was a magic number, a version,
a description of the machine, the pickle and the names of the tensors' memory, each pickled, and then that memory.
"""

import io
import zipfile
from typing import Any, BinaryIO

from spaces.tables.archive import is_zip, opened
from spaces.tables.restricted_unpickler import RestrictedUnpickler

_MAGIC = 0x1950A86A20F9469CFC6C
_COUNT_BYTES = 8  # before each tensor's memory
_PICKLE = "data.pkl"


def load_checkpoint(stream: BinaryIO) -> Any:
    """Return what a checkpoint holds; raises ValueError, zipfile.BadZipFile, ... where it is damaged."""
    return _load_archive(stream) if is_zip(stream) else _load_old(stream)


def _load_archive(stream: BinaryIO) -> Any:
    with zipfile.ZipFile(stream) as archive:
        names = [name for name in archive.namelist() if name.rpartition("/")[2] == _PICKLE]
        if len(names) != 1:
            raise ValueError(f"a zip archive with {len(names)} files {_PICKLE}; torch writes one")
        with opened(archive, names[0]) as inner:
            return load_to_end(io.BufferedReader(inner))  # type: ignore[type-var]


def load_to_end(stream: BinaryIO) -> Any:
    """Return the only pickle of a stream; raises ValueError where more follows.

    A compressed stream is known to be whole only once its end has been seen.
    """
    found = RestrictedUnpickler(stream).load()
    if stream.read(1):
        raise ValueError("goes on behind the end of the pickle")
    return found


def _load_old(stream: BinaryIO) -> Any:
    if RestrictedUnpickler(stream).load() != _MAGIC:
        raise ValueError("does not start with torch's magic number")
    for _ in ("version", "machine"):
        RestrictedUnpickler(stream).load()
    reader = RestrictedUnpickler(stream)
    found = reader.load()
    RestrictedUnpickler(stream).load()  # names of the memory that follows
    start = stream.tell()
    expected = sum(_COUNT_BYTES + count for count in reader.storage_bytes.values())
    if stream.seek(0, io.SEEK_END) - start != expected:
        raise ValueError(f"{expected} bytes of tensors should follow the pickle, but other than that do")
    return found
