"""Reads files of sane size only, and no pipes or devices, which would make a reader wait or never end."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 1 << 28
"""Bytes of a text that is read whole, 256 MiB: a list of all candidates of a benchmark takes 50 MB."""
MOST_TENSOR_BYTES = 1 << 36
"""Bytes of a file of tensors or of a table, 64 GiB."""


class NotPlainError(OSError):
    """A file that is none, or is too large; its text says which."""

    def __init__(self, reason: str) -> None:
        """Take the reason."""
        super().__init__(errno.EINVAL, reason)

    def __str__(self) -> str:
        """Return the reason alone."""
        return str(self.strerror)


def open_plain(path: Path, *, most: int = MOST_BYTES) -> BinaryIO:
    """Return a plain file of at most ``most`` bytes, open for reading; raises OSError, NotPlainError for any other."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe nobody writes to would wait
    try:
        _check(os.fstat(descriptor), most)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_plain(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Return a plain file's content; raises as ``open_plain``."""
    with open_plain(path, most=most) as file:
        return file.read()


def read_plain_text(path: Path, *, most: int = MOST_BYTES) -> str:
    """Return a plain file in UTF-8, line ends as they are read; raises as ``read_plain``, and UnicodeDecodeError.

    A byte-order mark, which some editors put first, is no part of it.
    """
    return read_plain(path, most=most).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def check_plain(path: Path, *, most: int = MOST_TENSOR_BYTES) -> None:
    """Raise as ``open_plain`` for what a library is about to open."""
    _check(os.stat(path), most)


def _check(found: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if not stat.S_ISREG(found.st_mode):
        raise NotPlainError("is no plain file, but a pipe, a device or a socket")
    if found.st_size > most:
        raise NotPlainError(f"has {found.st_size:,} bytes; at most {most:,} are read")
