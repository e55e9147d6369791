"""One process at a time on a device of this machine, where what it measures would suffer from another that measures."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone_on(name: str) -> Iterator[None]:
    """Hold the lock of a device, waiting for it; a process that dies gives it back.

    It is a file of this machine's temporary folder that only this user can write, so that workers of one run, and those
    of other runs, take turns, and machines that share a run's folder do not. Raises OSError for a folder of another.
    """
    folder = Path(tempfile.gettempdir()) / f"selfnas-latency-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder}: is not a folder of this user; remove it, or set TMPDIR to another place")
    flags = os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(folder / f"{name}.lock", flags, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
