"""A run's folder: who owns it, what was asked for, how it is going, and what it found."""

import fcntl
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO

from evo.config import Limits, SearchConfig
from evo.log_part import replace_durably
from tasks.errors import UsageError

CONFIG, PROGRESS, BEST, LOCK = "config.json", "progress.json", "best/architecture.json", ".lock"
RECORDED_PACKAGES = ("selfnas", "torch", "torchvision", "numpy", "scipy", "ray", "pyarrow", "scikit-image")


class RunFolder:
    """Exclusive ownership of a run's folder for as long as the process lives; the kernel ends it with ``kill -9``."""

    def __init__(self, path: Path) -> None:
        """Name the folder; nothing is touched yet."""
        self.path = path
        self._lock: TextIO | None = None

    def check(self, config: SearchConfig) -> None:
        """Raise UsageError where the folder cannot be written, is in use, or holds another configuration."""
        try:
            self._check(config)
        except OSError as error:
            raise UsageError(f"--run-dir {self.path}: cannot be read ({error.strerror}); name another") from error

    def _check(self, config: SearchConfig) -> None:
        check_free(self.path, CONFIG)
        if (self.path / CONFIG).is_file():
            _refuse_other(self.path, read_config(self.path), config)
            if is_running(self.path):
                raise UsageError(f"--run-dir {self.path}: another process is running it; wait, or stop that one first")

    def claim(self, config: SearchConfig, limits: Limits) -> None:
        """Lock the folder and write the configuration if it is new; raises UsageError as ``check`` does."""
        self._lock = lock_folder(self.path)
        if (self.path / CONFIG).is_file():
            _refuse_other(self.path, read_config(self.path), config)
        else:
            write_json(self.path / CONFIG, {"search": config.to_json(), "limits": asdict(limits), **provenance()})

    def write(self, name: str, values: Mapping[str, Any]) -> None:
        """Replace one of the folder's JSON files whole."""
        write_json(self.path / name, values)

    def __enter__(self) -> "RunFolder":
        """Return the folder."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the folder back."""
        if self._lock is not None:
            self._lock.close()


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


def read_config(run_dir: Path) -> SearchConfig:
    """Return the configuration of a run; raises UsageError where the folder holds none that can be read."""
    with _stored(run_dir, "search") as search:
        return SearchConfig.from_json(search)


def read_limits(run_dir: Path) -> Limits:
    """Return the limits of a run: as first asked for, evaluations as last asked for; raises UsageError."""
    with _stored(run_dir, "limits") as limits:
        return Limits(**{**limits, "evaluations": read_progress(run_dir).get("evaluations", limits["evaluations"])})


@contextmanager
def _stored(run_dir: Path, section: str) -> Iterator[dict[str, Any]]:
    """Give a section of the configuration; a fault met in it on the way becomes a UsageError."""
    path = run_dir / CONFIG
    try:
        yield json.loads(path.read_text(encoding="utf-8"))[section]
    except UsageError:
        raise
    except OSError as error:
        raise UsageError(f"{run_dir}: no run here ({path.name}: {error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{path}: is not a configuration this version can read ({error!r})") from error


def read_progress(run_dir: Path) -> dict[str, Any]:
    """Return the last heartbeat of a run, empty before the first and where it is damaged."""
    try:
        values = json.loads((run_dir / PROGRESS).read_text(encoding="utf-8"))
        return values if isinstance(values["evaluations"], int) else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


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


def provenance() -> dict[str, Any]:
    """Return what the rows also depend on: versions, commit and machine."""
    return {
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in RECORDED_PACKAGES}},
        "commit": _commit(),
        "machine": {"node": platform.node(), "processor": _processor(), "cpus": os.cpu_count()},
        "command": sys.argv,
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


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


def _refuse_other(path: Path, found: SearchConfig, wanted: SearchConfig) -> None:
    ours, theirs = wanted.to_json(), found.to_json()
    for name in ours:
        if ours[name] != theirs[name]:
            raise UsageError(
                f"{path}: holds another search ({name} {_brief(theirs[name])} there, {_brief(ours[name])} here); "
                "name another folder by --run-dir, or give --resume and none of what determines the rows"
            )


def _brief(value: object) -> str:
    if isinstance(value, dict):
        options = ",".join(f"{key}={option}" for key, option in value["options"].items())
        return f"{value['name']}({options})"
    return str(value)
