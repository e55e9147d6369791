"""Exclusive ownership of a folder."""

import fcntl
import os
import time
from pathlib import Path
from typing import Self, TextIO

from evo.storage.link_check import check_no_links
from evo.storage.lock_owner import BELIEVED_S, Owner, SignOfLife, TakenOverError, heard_of, lives_elsewhere
from tasks import UsageError, first_line
from tasks.foundation.plain_files import open_plain

LOCK = ".lock"


class LockedFolder:
    """A folder that one process at a time owns, for as long as it lives.

    The kernel ends that with ``kill -9``, on this machine; on another one that shares the folder, a while passes.
    """

    def __init__(self, path: Path, *, option: str = "--run-dir") -> None:
        """Name the folder; nothing is touched yet. option: that it was given by, empty for none."""
        self.path = path
        self._named = f"{option} {path}".lstrip()
        self._lock: TextIO | None = None
        self._life: SignOfLife | None = None

    def check_usable(self, marker: str) -> None:
        """Raise UsageError where it cannot be named or written, or holds other files and none called ``marker``."""
        _check_name(self.path, self._named)
        _check_writable(self.path, self._named)
        if _holds_other_files(self.path, marker):
            raise UsageError(f"{self._named}: is not empty and holds no {marker}; name another folder")

    def check_free(self) -> None:
        """Raise UsageError where it is owned already, by another process or by this one."""
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
        try:
            self._sign(file)
        except UsageError:
            file.close()
            raise

    def _sign(self, file: TextIO) -> None:
        """Sign the lock's file; raises UsageError where a process of another machine has, or does at the same time."""
        if lives_elsewhere(self.path / LOCK):
            raise self._owned()
        try:
            self._lock, self._life = file, SignOfLife(self.path / LOCK, file)
        except TakenOverError as error:
            raise self._owned() from error

    def _owned(self) -> UsageError:
        """Return the error for a folder that has an owner."""
        if elsewhere := lives_elsewhere(self.path / LOCK):
            owner, age_s = elsewhere
            return UsageError(
                f"{self._named}: process {owner.process} of machine {owner.machine} is running it, heard of "
                f"{max(age_s, 0.0):.0f} s ago; stop that one first, or, if it is dead, wait {BELIEVED_S:.0f} s"
            )
        found = heard_of(self.path / LOCK)
        if found and found[0] == Owner.here():
            return UsageError(f"{self._named}: this process is running it already; end or close() that one first")
        return UsageError(f"{self._named}: another process is running it; wait, or stop that one first")

    def __enter__(self) -> Self:
        """Return the folder."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the folder back."""
        if self._lock is not None and self._life is not None:
            self._life.stop()
            self._lock.close()


def is_running(path: Path) -> bool:
    """Return whether a process owns a folder, on this machine or, as far as is known here, on another one."""
    if lives_elsewhere(path / LOCK):
        return True
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
