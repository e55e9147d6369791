"""What a run's folder holds, as far as it can be read: of a run that is going, was killed, or whose files are torn."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evo.display.readable_numbers import counted
from evo.engine.final_choice import FinalChoice, read_final
from evo.records.config import TOLD, SearchConfig
from evo.records.search_objectives import Objectives, objectives_of
from evo.records.trial import Status
from evo.retraining.stored_files import FOLDER as TRAININGS
from evo.storage import epoch_log, run_log
from evo.storage.durable_log import read_readable
from evo.storage.locked_folder import is_running
from evo.storage.run_folder import CONFIG, KILLED, PROGRESS, RUNNING, read_config, read_limits, read_progress
from tasks.foundation.errors import UsageError


@dataclass(frozen=True, eq=False)
class RunFiles:
    """A run as its files say it.

    name: what it is called in a report
    config: None where it cannot be read; evaluations: how many were asked for, None where nobody knows
    state: how it is going, or how it ended
    rows: of trials, in their order; epochs: of a differentiable search, in the order of training
    alpha_names: what the architecture parameters of the epochs are of
    final: how its best is chosen, None for by the fitness; objectives: nothing for the fitness alone
    faults: what cannot be read, a sentence each
    """

    path: Path
    name: str
    config: SearchConfig | None
    evaluations: int | None
    state: str
    rows: pa.Table
    epochs: pa.Table
    alpha_names: tuple[str, ...] = ()
    final: FinalChoice | None = None
    objectives: Objectives = ()
    faults: tuple[str, ...] = ()

    @cached_property
    def fitness(self) -> NDArray[np.float64]:
        """The fitness of every trial, [N], not a number for those without one."""
        return numbers(self.rows, "fitness")

    @cached_property
    def given(self) -> bool:
        """Whether nothing was searched here: what was trained was given, so that there is no trial, and no fitness."""
        told = self.config is not None and self.config.fitness.name == TOLD
        return told and not self.rows.num_rows and (self.path / TRAININGS).is_dir()

    @cached_property
    def scored(self) -> NDArray[np.bool_]:
        """Which trials have a finite fitness, [N], reused ones among them."""
        completed = np.asarray(pc.equal(self.rows["status"], str(Status.COMPLETED)), dtype=bool)
        return completed & np.isfinite(self.fitness)


def numbers(table: pa.Table, column: str) -> NDArray[np.float64]:
    """Return a column of numbers, not a number where there is none."""
    found: NDArray[np.float64] = table[column].cast(pa.float64()).to_numpy().astype(np.float64)
    return found


def read_run_files(path: Path, name: str | None = None) -> RunFiles:
    """Return what a folder holds; raises UsageError where nothing of a run is there."""
    faults: list[str] = []
    config = _read(lambda: read_config(path), faults)
    limits = None if config is None else _read(lambda: read_limits(path), faults)
    rows, torn = read_readable(path / run_log.FOLDER, run_log.SCHEMA)
    epochs, torn_epochs = read_readable(path / epoch_log.FOLDER, epoch_log.SCHEMA)
    if config is None and not rows.num_rows and not epochs.num_rows and not torn:
        raise UsageError(f"{path}: {_why(path, faults)}; give the folder of a run")
    names = _read(lambda: epoch_log.read_alpha_names(path), faults) if not torn_epochs else ()
    once = _once(rows, ("trial_id",), faults)
    progress = read_progress(path)
    faults += [*torn, *torn_epochs, *_lacking(path, once.num_rows, progress)]
    return RunFiles(
        path=path,
        name=name or path.resolve().name,
        config=config,
        evaluations=None if limits is None else limits.evaluations,
        state=_state(path, progress, once.num_rows),
        rows=once,
        epochs=_once(epochs, epoch_log.IDENTITY, faults),
        alpha_names=names or (),
        final=None if config is None else _read(lambda: read_final(path), faults),
        objectives=() if config is None else _read(lambda: objectives_of(config), faults) or (),
        faults=tuple(faults),
    )


def _why(path: Path, faults: Sequence[str]) -> str:
    if not path.is_dir():
        return "is no folder"
    return "holds no run" if not (path / CONFIG).exists() else f"holds no run that can be read ({faults[0]:.200})"


def _read(read: Any, faults: list[str]) -> Any:
    """Return what is read, None where it cannot be, which is then among the faults."""
    try:
        return read()
    except UsageError as error:
        faults.append(str(error))
    return None


def _once(table: pa.Table, identity: Sequence[str], faults: list[str]) -> pa.Table:
    """Return the rows in the order of their identity, the first of those that are there several times."""
    ordered = table.sort_by([(name, "ascending") for name in identity])
    columns = [ordered[name].to_numpy() for name in identity]
    new = np.ones(ordered.num_rows, dtype=bool)
    if ordered.num_rows > 1:
        new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    if not new.all():
        faults.append(f"{counted(int((~new).sum()), 'row')} logged twice: the first of each is shown")
    return ordered.filter(pa.array(new))


def _lacking(path: Path, logged: int, progress: dict[str, Any]) -> list[str]:
    done = progress.get("done")
    if is_running(path) or not isinstance(done, int) or logged >= done:
        return []
    return [f"{PROGRESS} says that {counted(done, 'trial')} were done, and {logged} can be read"]


def _state(path: Path, progress: dict[str, Any], logged: int) -> str:
    if is_running(path):
        return "still running: this is what was there when the report was made"
    if not progress:
        return f"not known how it ended ({PROGRESS} is missing or damaged)" if logged else "not started"
    state = str(progress.get("state", "not known how it ended"))
    return f"{KILLED} after {progress.get('updated_at')}" if state == RUNNING else state
