"""Files that are there whole or not at all, whenever a reader looks or the writer is killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LEFTOVERS = ".*.tmp"
"""Pattern of the names of what a killed writer leaves half-written."""


@contextmanager
def replacing(path: Path, *, shared: bool = False, durable: bool = True) -> Iterator[Path]:
    """Give a new file to write into; once the block has ended well it replaces ``path``.

    What lies in its place, a link of somebody's above all, is taken away and never written through. Of what a full
    disk did not take nothing is left there.

    shared: whether several processes may write it at a time; the last one's is kept
    durable: whether it is on the disk by then; otherwise it outlives a kill of the process alone
    """
    aside = path.with_name(f".{path.name}.{os.uname().nodename}-{os.getpid()}.tmp" if shared else f".{path.name}.tmp")
    aside.unlink(missing_ok=True)
    os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666))
    try:
        yield aside
        if durable:
            _sync(aside)
        os.replace(aside, path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        raise
    if durable:
        _sync(path.parent)


def write_bytes(path: Path, content: bytes, *, shared: bool = False) -> None:
    """Replace a file whole, in a folder that is made where it is missing; shared: as of ``replacing``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, shared=shared) as aside:
        aside.write_bytes(content)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
