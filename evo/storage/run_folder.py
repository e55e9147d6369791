"""A run's folder: who owns it, what was asked for, how it is going, and what it found."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from evo.records.config import Limits, SearchConfig
from evo.storage.locked_folder import CONFIG, PROGRESS, check_free, is_running, lock_folder, write_json
from evo.storage.provenance import provenance
from tasks.foundation.errors import UsageError


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
