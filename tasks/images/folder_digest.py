"""A short text that is another where the files of a folder are others."""

import hashlib
import math
import os
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from tasks.images.folder_listing import FoundFile

_DIGITS = 16
_EMPTY = hashlib.sha256().hexdigest()
COMPARED_BYTES = 512 * 2**20
"""Bytes of a folder that are read to tell whether another one is a copy of it."""


class Digested(StrEnum):
    """What of a file a digest depends on beside its name."""

    TIMES = "times"
    """Its size and when it was last written, which costs nothing."""
    CONTENTS = "contents"
    """All its bytes: for folders that are copied, or whose files are written anew with what they hold."""


def digest_of(folder: Path, files: Iterable[FoundFile], digested: Digested) -> str:
    """Return a digest of files below a folder, in their order; a file that cannot be read counts as empty."""
    whole = hashlib.sha256()
    for file in files:
        state = f"{file.size} {file.changed_ns}" if digested is Digested.TIMES else _bytes_digest(file.path)
        whole.update(b"%b\0%b\0" % (os.fsencode(file.path.relative_to(folder)), state.encode()))
    return whole.hexdigest()[:_DIGITS]


def copy_digest(folder: Path, files: Sequence[FoundFile], most: int = COMPARED_BYTES) -> str:
    """Return a digest that a copy of the files has, too, wherever it lies and whenever it was made.

    It is of all names and sizes, and of the bytes of all files up to ``most`` bytes in all; of more than these, of
    every second, third, ... one. A file that cannot be read counts as empty.
    """
    every = max(1, math.ceil(sum(file.size for file in files) / most))
    whole = hashlib.sha256()
    for number, file in enumerate(files):
        inside = "" if number % every else _bytes_digest(file.path) or _EMPTY
        whole.update(b"%b\0%d\0%b\0" % (os.fsencode(file.path.relative_to(folder)), file.size, inside.encode()))
    return whole.hexdigest()[:_DIGITS]


def _bytes_digest(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""
