"""A run's folder: who owns it, what was asked for, how it is going, and what it found."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evo.records.config import Choice, Limits, SearchConfig, former_choices
from evo.records.told_apart import told_apart
from evo.storage.durable_files import parse_json, write_json
from evo.storage.locked_folder import LockedFolder
from evo.storage.provenance import provenance
from tasks import UsageError

CONFIG, PROGRESS, BEST = "config.json", "progress.json", "best/architecture.json"
RECONSTRUCTIONS = "best/reconstructions.png"
"""Rows of images: what the best seed of a differentiable search saw, and what it made of that."""
FRONT = "best/front.json"
LAST_ROUND, HELD_OUT = "last_round.json", "held_out.json"
"""Of a search of proxy tasks: its best tasks scored again, and on members of the panel that it has not seen."""
RUNNING, KILLED = "running", "stopped without a word"
"""States of a run: in its progress while it goes, and what it then is where no process has it any more."""
REFERENCE = "reference"
"""Folder below a run's of what its fitness had scored before the first trial."""


class RunFolder(LockedFolder):
    """Exclusive ownership of a run's folder."""

    def check(self, config: SearchConfig) -> None:
        """Raise UsageError where the folder cannot be written, is in use, or holds another configuration."""
        try:
            self._check(config)
        except OSError as error:
            raise UsageError(f"--run-dir {self.path}: cannot be read ({error.strerror}); name another") from error

    def _check(self, config: SearchConfig) -> None:
        self.check_usable(CONFIG)
        config.to_json()  # raises for what could not be written
        if (self.path / CONFIG).is_file():
            _refuse_other(self.path, read_config(self.path), config)
            self.check_free()

    def claim(self, config: SearchConfig, limits: Limits) -> None:
        """Lock the folder and write the configuration if it is new; raises UsageError as ``check`` does."""
        self.lock()
        if (self.path / CONFIG).is_file():
            _refuse_other(self.path, read_config(self.path), config)
        else:
            write_json(self.path / CONFIG, {"search": config.to_json(), "limits": limits.to_json(), **provenance()})

    def write(self, name: str, values: Mapping[str, Any]) -> None:
        """Replace one of the folder's JSON files whole; raises OSError, also for a folder that is gone by now."""
        if not self.path.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))
        write_json(self.path / name, values)


def is_run(run_dir: Path) -> bool:
    """Return whether a folder holds a run; raises UsageError where it cannot be read."""
    try:
        return (run_dir / CONFIG).is_file()
    except (OSError, ValueError) as error:  # ValueError: a null byte
        raise UsageError(f"--run-dir {str(run_dir)[:200]!r}: cannot be read ({error}); name another") from error


def read_config(run_dir: Path) -> SearchConfig:
    """Return the configuration of a run; raises UsageError where the folder holds none that can be read."""
    with _stored(run_dir, "search") as search:
        return SearchConfig.from_json(search)


def read_former(run_dir: Path) -> dict[str, Choice]:
    """Return by axis the plug-ins that had fewer options when a run was begun, with these as they were then.

    Raises UsageError as ``read_config`` does.
    """
    with _stored(run_dir, "search") as search:
        return former_choices(search)


def read_limits(run_dir: Path) -> Limits:
    """Return the limits of a run: as first asked for, evaluations as last asked for; raises UsageError."""
    with _stored(run_dir, "limits") as limits:
        return Limits(**{**limits, "evaluations": read_progress(run_dir).get("evaluations", limits["evaluations"])})


@contextmanager
def _stored(run_dir: Path, section: str) -> Iterator[dict[str, Any]]:
    """Give a section of the configuration; a fault met in it on the way becomes a UsageError."""
    path = run_dir / CONFIG
    try:
        yield parse_json(path)[section]
    except UsageError:
        raise
    except OSError as error:
        raise UsageError(f"{run_dir}: no run here ({path.name}: {error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: is not a configuration this version can read ({error!r}){_written_by(path)}"
        ) from error


def _written_by(path: Path) -> str:
    """Return which version wrote a configuration, as the end of a sentence; nothing where it does not say."""
    try:
        values = parse_json(path)
        version, commit = values["versions"]["selfnas"], values["commit"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f"; it was written by selfnas {version or 'without a version'}, commit {commit or 'unknown'}"


def read_progress(run_dir: Path) -> dict[str, Any]:
    """Return the last heartbeat of a run, empty before the first and where it is damaged."""
    try:
        values = parse_json(run_dir / PROGRESS)
    except (OSError, ValueError):
        return {}
    return values if isinstance(values.get("evaluations"), int) else {}


def _refuse_other(path: Path, found: SearchConfig, wanted: SearchConfig) -> None:
    ours, theirs = ({**config.to_json(), "data_identity": None} for config in (wanted, found))
    for name in {**ours, **theirs}:
        there, here = theirs.get(name), ours.get(name)
        if there != here:
            then, now = told_apart(there, here)
            raise UsageError(
                f"{path}: holds another search ({name} {then} there, {now} here); "
                "name another folder by --run-dir, or give --resume and none of what determines the rows"
            )
    if other := found.other_images(wanted.data_identity):
        raise UsageError(f"{path}: {other}; its rows cannot go on: name another folder by --run-dir")
