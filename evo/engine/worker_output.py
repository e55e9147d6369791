"""What plug-ins print in a worker: it goes to a file of the run's folder, as nobody sees what a worker prints."""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

NAME = "worker.log"
"""The file's name in a run's folder; it is there where a worker has printed something."""
MOST_BYTES = 16 * 2**20
"""Size of that file from which on nothing is added."""
_FULL = "\n(16 MiB: what is printed from here on is not kept)\n"
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
_STANDARD = (1, 2)


def print_into(path: Path | None) -> None:
    """Let this process, and the libraries in it, print to the end of a file for good; to where it does for None.

    So it stays, too, where the file cannot be opened, as on a machine that does not have the run's folder, or is not a
    plain one of its own.
    """
    descriptor = None if path is None else _opened(path)
    if descriptor is None:
        return
    _redirect(descriptor)
    for name, standard in zip(("stdout", "stderr"), _STANDARD, strict=True):
        setattr(sys, name, os.fdopen(standard, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False))


def keep_in_bounds(path: Path | None) -> None:
    """Print to nowhere from now on if the file that ``print_into`` was given has grown too large."""
    if path is None or not _is_printed_into(path) or os.fstat(_STANDARD[0]).st_size < MOST_BYTES:
        return
    print(_FULL, flush=True)
    _redirect(os.open(os.devnull, os.O_WRONLY))


def drop_empty(path: Path | None) -> None:
    """Remove the file where nothing was printed; to be called once the workers are gone."""
    if path is not None:
        with suppress(OSError):
            if not path.stat().st_size:
                path.unlink()


def printed_lines(run_dir: Path) -> list[str]:
    """Return where to read what was printed in workers; no line where nothing was."""
    path = run_dir / NAME
    return [f"printed in workers: {path}"] if path.is_file() and path.stat().st_size else []


def _opened(path: Path) -> int | None:
    """Return a descriptor of a plain file that has no other name; None for anything else."""
    try:
        descriptor = os.open(path, _FLAGS, 0o644)
    except OSError:
        return None
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
        return descriptor
    os.close(descriptor)
    return None


def _is_printed_into(path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(_STANDARD[0]), path.stat())
    except OSError:
        return False


def _redirect(descriptor: int) -> None:
    """Let standard output and error be what a descriptor stands for, which is closed."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    for standard in _STANDARD:
        os.dup2(descriptor, standard)
    os.close(descriptor)
