"""A temporary folder that several processes of a machine read, and that lasts for as long as one of them does.

It is made for this process's user alone. Each reader holds a lock, and a small process waits for that to be free,
whatever ends the readers. What a machine that was switched off has kept is cleared away by the next such folder.
"""

import fcntl
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

_PREFIX, _CONTENT = "selfnas-images-", "images"
_LOCK, _FILLING, _WHOLE = "lock", "unpacking", "whole"
_SOON_S = 0.1
_REMOVE = """
import fcntl, os, shutil, sys
path = sys.argv[1] + "/lock"
with open(path) as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if os.path.samestat(os.fstat(lock.fileno()), os.stat(path)):
        shutil.rmtree(sys.argv[1], ignore_errors=True)
"""
_OLD_S = 60.0
"""From when on a folder without a reader has been left behind, and is not about to be read."""

_held: list[io.TextIOWrapper] = []
"""Locks on what this process reads, for as long as it lives."""


def lasting_folder(token: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder of a name on this machine, which is this process's to read from now on.

    fill: makes it; called by the first process to ask, and again where that has ended before it was done
    Raises OSError where somebody else has laid it out, and whatever ``fill`` raises: then nothing of it stays.
    """
    _clear_left()
    base = _base(token)
    while (lock := _reading(base)) is None:  # it was being removed, its last reader gone
        time.sleep(_SOON_S)
    try:
        with (base / _FILLING).open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            _complete(base, fill)
    except BaseException:
        lock.close()
        raise
    _held.append(lock)
    return base / _CONTENT


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


def _complete(base: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder, unless another process has done so while this one waited."""
    if not (base / _WHOLE).exists():
        _remove_afterwards(base)  # first: the disk may be full before the folder is
        rmtree(base / _CONTENT, ignore_errors=True)
        fill(base / _CONTENT)
        (base / _WHOLE).touch()


def _remove_afterwards(base: Path) -> None:
    """Have a folder removed once nobody reads it any more, whatever ends its readers.

    That is a process of its own, no child of this one: Ray ends those of a worker with it.
    """
    apart = ["/bin/sh", "-c", '"$@" < /dev/null > /dev/null 2>&1 &', "sh"]
    subprocess.run([*apart, sys.executable, "-I", "-c", _REMOVE, str(base)], check=True, start_new_session=True)


def _base(token: str) -> Path:
    return Path(tempfile.gettempdir(), _PREFIX + token)


def _check_own(base: Path) -> None:
    """Raise OSError where a folder is a link, somebody else's, or open to others."""
    found = base.lstat()
    if base.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise OSError(f"{base} is not this process's own folder")


def _clear_left() -> None:
    """Remove what was left here when this machine was switched off: folders of this user that nobody reads."""
    for base in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            _check_own(base)
            with (base / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - (base / _LOCK).stat().st_mtime > _OLD_S:
                    rmtree(base, ignore_errors=True)
