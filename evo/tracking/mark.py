"""How far a tracker has come with a run: a small file in the run's folder, renewed after every step.

It outlives a kill of the process; where the machine itself goes down, the last steps may come twice.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from evo.storage.durable_files import parse_json
from tasks.foundation.errors import UsageError
from tasks.foundation.whole_files import replacing

FOLDER = "tracking"
"""Folder below a run's."""


@dataclass(frozen=True)
class Mark:
    """What the tracker calls the run, empty before it has one; trials, and epochs by seed, that it has."""

    run: str = ""
    trials: int = 0
    epochs: Mapping[str, int] = field(default_factory=dict)

    def named(self, run: str) -> "Mark":
        """Return it with the run's name."""
        return replace(self, run=run)

    def with_trial(self) -> "Mark":
        """Return it with one more trial."""
        return replace(self, trials=self.trials + 1)

    def epochs_of(self, seed: int) -> int:
        """Return how many epochs of a seed the tracker has."""
        return self.epochs.get(str(seed), 0)

    def with_epoch(self, seed: int) -> "Mark":
        """Return it with one more epoch of a seed."""
        return replace(self, epochs={**self.epochs, str(seed): self.epochs_of(seed) + 1})

    def save(self, run_dir: Path, tracker: str) -> None:
        """Replace the file; it is not forced to the disk, which would take longer than the step."""
        path = path_of(run_dir, tracker)
        path.parent.mkdir(exist_ok=True)
        with replacing(path, durable=False) as aside:
            aside.write_text(json.dumps(asdict(self)))


def path_of(run_dir: Path, tracker: str) -> Path:
    """Return the file of a tracker's mark."""
    return run_dir / FOLDER / f"{tracker}.json"


def read_mark(run_dir: Path, tracker: str) -> Mark:
    """Return how far a tracker has come, nowhere where there is no file; raises UsageError where it is damaged."""
    path = path_of(run_dir, tracker)
    try:
        values = parse_json(path)
        return _checked(values)
    except FileNotFoundError:
        return Mark()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: is damaged ({error!r}); take it away, and the run is tracked anew") from error


def _checked(values: Mapping[str, Any]) -> Mark:
    run, trials, epochs = values["run"], values["trials"], values["epochs"]
    counts = [trials, *epochs.values()] if isinstance(epochs, dict) else [None]
    if not isinstance(run, str) or any(type(count) is not int or count < 0 for count in counts):
        raise ValueError("no name and numbers")
    return Mark(run, trials, epochs)
