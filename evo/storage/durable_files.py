"""Files that are there whole or not at all, whenever a reader looks or the writer is killed."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks import UsageError
from tasks.foundation.plain_files import read_plain_text

LEFTOVERS = ".*.tmp"
"""Pattern of the names of what a killed writer leaves half-written."""
MOST_BYTES = 1 << 26
"""Bytes of a JSON file that is read, 64 MiB: a run's configuration takes a few kilobytes."""


@contextmanager
def replacing(path: Path, *, shared: bool = False) -> Iterator[Path]:
    """Give a new file to write into; once the block has ended well it replaces ``path``, durably.

    What lies in its place, a link of somebody's above all, is taken away and never written through.

    shared: whether several processes may write it at a time; the last one's is kept
    """
    aside = path.with_name(f".{path.name}.{os.uname().nodename}-{os.getpid()}.tmp" if shared else f".{path.name}.tmp")
    aside.unlink(missing_ok=True)
    os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666))
    yield aside
    _sync(aside)
    os.replace(aside, path)
    _sync(path.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file whole, in a folder that is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as aside:
        aside.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Replace a file in UTF-8 as ``write_bytes`` does."""
    write_bytes(path, text.encode())


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Replace a JSON file as ``write_bytes`` does."""
    write_text(path, json.dumps(values, indent=2) + "\n")


def parse_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; raises OSError, or ValueError where it holds none."""
    try:
        values = json.loads(read_plain_text(path, most=MOST_BYTES))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError(f"it holds {type(values).__name__} in place of an object")
    return values


def read_json(path: Path, cure: str) -> dict[str, Any]:
    """Return the object in a JSON file; raises UsageError, with the cure, where it cannot be read."""
    try:
        return parse_json(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); {cure}") from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
