"""Exclusive ownership of a folder."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Self, TextIO

from evo.storage.link_check import check_no_links
from tasks import UsageError, first_line
from tasks.foundation.plain_files import open_plain, read_plain_text

LOCK = ".lock"


class LockedFolder:
    """A folder that one process at a time owns, for as long as it lives; the kernel ends it with ``kill -9``."""

    def __init__(self, path: Path, *, option: str = "--run-dir") -> None:
        """Name the folder; nothing is touched yet. option: that it was given by, empty for none."""
        self.path = path
        self._named = f"{option} {path}".lstrip()
        self._lock: TextIO | None = None

    def check_usable(self, marker: str) -> None:
        """Raise UsageError where it cannot be named or written, or holds other files and none called ``marker``."""
        _check_name(self.path, self._named)
        _check_writable(self.path, self._named)
        if _holds_other_files(self.path, marker):
            raise UsageError(f"{self._named}: is not empty and holds no {marker}; name another folder")

    def check_free(self) -> None:
        """Raise UsageError where it is owned already, by another process of this machine or by this one."""
        if is_running(self.path):
            raise self._owned()

    def lock(self) -> None:
        """Own the folder, made where it is missing; raises UsageError where it is owned already."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            check_no_links(self.path, self._named)
            file = _opened(self.path / LOCK)
            _lock_soon(file)
        except BlockingIOError as error:
            raise self._owned() from error
        except OSError as error:
            raise UsageError(f"{self._named}: cannot be written ({error.strerror}); name another") from error
        _sign(file)
        self._lock = file

    def _owned(self) -> UsageError:
        """Return the error for a folder that has an owner."""
        if _owner_of(self.path) == _this_process():
            return UsageError(f"{self._named}: this process is running it already; end or close() that one first")
        return UsageError(f"{self._named}: another process is running it; wait, or stop that one first")

    def __enter__(self) -> Self:
        """Return the folder."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the folder back."""
        if self._lock is not None:
            self._lock.close()


def is_running(path: Path) -> bool:
    """Return whether a process of this machine owns a folder."""
    try:
        with open_plain(path / LOCK) as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _opened(path: Path) -> TextIO:
    """Return the lock's file for appending; raises OSError for a link or a pipe in its place."""
    flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o666), "a")


def _lock_soon(file: TextIO) -> None:
    """Lock ``file``; raises BlockingIOError where another process keeps it for more than a moment."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # evo.status may just be asking whether it is locked
        time.sleep(0.2)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _this_process() -> str:
    return f"{os.getpid()} {os.uname().nodename}"


def _sign(file: TextIO) -> None:
    """Write down who owns a folder, for whoever is refused; a full disk leaves that open."""
    with suppress(OSError):
        file.truncate(0)
        file.write(_this_process())
        file.flush()


def _owner_of(path: Path) -> str:
    try:
        return read_plain_text(path / LOCK)
    except (OSError, UnicodeDecodeError):
        return ""


def _check_name(path: Path, named: str) -> None:
    if "\0" in str(path):
        raise UsageError(f"{named!r}: no folder can have a null byte in its name; name another")
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError as error:  # Parquet's paths are UTF-8
        raise UsageError(f"{named!r}: is not UTF-8, and no table can be written there; name another") from error


def _check_writable(path: Path, named: str) -> None:
    try:
        existing = next(parent for parent in (path, *path.absolute().parents) if parent.exists())
    except OSError as error:  # a name that is too long
        raise UsageError(f"{named[:200]}: cannot be looked at ({first_line(error)[:100]}); name another") from error
    if not existing.is_dir():
        raise UsageError(f"{named}: {existing} is a file, not a folder; name another")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise UsageError(f"{named}: {existing} cannot be written; name another folder")


def _holds_other_files(path: Path, marker: str) -> bool:
    if not path.is_dir() or (path / marker).is_file():
        return False
    return any(not entry.name.startswith(".") for entry in path.iterdir())
