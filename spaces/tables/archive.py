"""Reads files out of a zip archive or a folder, with what is wrong with them in one line."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from tasks.foundation.errors import UsageError, first_line

# What the standard library raises for damaged archives: an encrypted one is a RuntimeError, an unknown compression a
# NotImplementedError.
_DAMAGES = (
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)


LARGEST_BLANK = 2**24
"""Bytes up to which a file of an archive may consist of anything."""
MOST_COMPRESSED = 200
"""Times that data are not compressed; deflate makes blanks about 1,000 times smaller."""


@contextmanager
def readable(path: Path, what: str) -> Iterator[None]:
    """Turn whatever reading a damaged file raises into a UsageError: the file is not ``what``."""
    try:
        yield
    except UsageError:
        raise
    except _DAMAGES as error:
        raise UsageError(f"{path}: cannot be read as {what}: {first_line(error)}") from error


def is_zip(stream: BinaryIO) -> bool:
    """Return whether a file starts like a zip archive; its position stays."""
    start = stream.read(4)
    stream.seek(0)
    return start in (b"PK\x03\x04", b"PK\x05\x06")


def json_members(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of an archive's JSON files in order, without what operating systems add."""
    names = (name for name in archive.namelist() if name.endswith(".json"))
    return sorted(name for name in names if not _is_added(PurePosixPath(name)))


def opened(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Return a file of an archive, to be read; raises ValueError where its stated size is that of blanks, not of data.

    Nothing is unpacked for that. A file that holds more than it states ends where it states.
    """
    stated = archive.getinfo(name)
    if stated.file_size > LARGEST_BLANK and stated.file_size > MOST_COMPRESSED * stated.compress_size:
        raise ValueError(
            f"{name} would unpack {stated.compress_size:,} bytes to {stated.file_size:,}, more than {MOST_COMPRESSED} "
            "times as many, which data never do"
        )
    return archive.open(name)


def _is_added(name: PurePosixPath) -> bool:
    return name.parts[0] == "__MACOSX" or name.name.startswith(".")
