"""Exclusive ownership of a folder, and files that are in it whole or not at all."""

import fcntl
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from evo.storage.parquet_part import replace_durably
from tasks.foundation.errors import UsageError

CONFIG, PROGRESS, BEST, LOCK = "config.json", "progress.json", "best/architecture.json", ".lock"


def check_free(path: Path, marker: str) -> None:
    """Raise UsageError where ``path`` cannot be written, or holds other files and none called ``marker``."""
    _check_writable(path)
    if _holds_other_files(path, marker):
        raise UsageError(f"--run-dir {path}: is not empty and holds no {marker}; name another folder")


def lock_folder(path: Path) -> TextIO:
    """Return the lock of ``path``, made where it is missing; raises UsageError where another process holds it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / LOCK).open("a")
        _lock_soon(lock)
    except BlockingIOError as error:
        raise UsageError(f"--run-dir {path}: another process is running it") from error
    except OSError as error:
        raise UsageError(f"--run-dir {path}: cannot be written ({error.strerror}); name another") from error
    return lock


def is_running(run_dir: Path) -> bool:
    """Return whether a process of this machine owns the run."""
    try:
        with (run_dir / LOCK).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file so that readers see the old one or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(values, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file so that readers see the old one or the whole new one."""
    aside = path.with_name(f".{path.name}.tmp")
    aside.write_text(text, encoding="utf-8")
    replace_durably(aside, path)


def _lock_soon(file: TextIO) -> None:
    """Lock ``file``; raises BlockingIOError where another process keeps it for more than a moment."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # evo.status may just be asking whether it is locked
        time.sleep(0.2)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _check_writable(path: Path) -> None:
    existing = next(parent for parent in (path, *path.absolute().parents) if parent.exists())
    if not existing.is_dir():
        raise UsageError(f"--run-dir {path}: {existing} is a file, not a folder; name another")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise UsageError(f"--run-dir {path}: {existing} cannot be written; name another folder")


def _holds_other_files(path: Path, marker: str) -> bool:
    if not path.is_dir() or (path / marker).is_file():
        return False
    return any(not entry.name.startswith(".") for entry in path.iterdir())
