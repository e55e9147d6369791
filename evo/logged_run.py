"""A run as its folder has it: how it is going, its rows, best candidates, front and plots; imports nothing it names."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.display.notebook_table import html_table
from evo.records.config import SearchConfig
from evo.records.record import Record, record_of
from evo.storage.durable_files import read_json
from evo.storage.locked_folder import is_running
from evo.storage.run_folder import HELD_OUT, KILLED, LAST_ROUND, RUNNING, read_config, read_progress
from evo.storage.run_log import read_table
from tasks.foundation.command_line import printable
from tasks.foundation.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from evo.reporting.run_plots import RunPlots

SHOWN = 5
UNKNOWN = "unknown: progress.json is missing"


class LoggedRun:
    """A search's folder, finished, killed, or still running in another process.

    path: the folder
    config: its configuration
    state: how it is going, or how it ended
    """

    def __init__(self, path: Path) -> None:
        """Read the configuration; raises UsageError where there is none."""
        self.path = Path(path)
        self.config: SearchConfig = read_config(self.path)

    @property
    def state(self) -> str:
        """How the run is going, or how it ended; ``stopped without a word`` where its process was killed.

        Where rows are logged and nothing says how the run ended, it is unknown.
        """
        progress = read_progress(self.path)
        if is_running(self.path):
            return RUNNING
        state = str(progress.get("state", UNKNOWN if len(self) else "not started"))
        return KILLED if state == RUNNING else state

    def __len__(self) -> int:
        """Return the number of logged trials."""
        return int(read_table(self.path, ["trial_id"]).num_rows)

    def trials(self) -> "pa.Table":
        """Return all logged trials, a row each, in their order; also while the run is going."""
        return read_table(self.path)

    def epochs(self) -> "pa.Table":
        """Return all logged epochs of a differentiable search, a row each; empty for any other."""
        from evo.storage.epoch_log import read_epochs

        return read_epochs(self.path)

    @property
    def plot(self) -> "RunPlots":
        """Its plots: ``history()``, ``pareto()``, ``population()``, ``failures()``, ``time()``, each a figure."""
        from evo.reporting.run_plots import RunPlots

        return RunPlots(self.path)

    def best(self, count: int = 1) -> list[Record]:
        """Return the records of the best candidates, best first; fewer where fewer have a score.

        Where the fitness has final weights, they are the best by their positions among reference and run together. In a
        search of proxy tasks they are the best by one draw: ``last_round`` says which it chose, as ``best/`` holds.

        Raises UsageError for a number below 1.
        """
        from evo.engine.final_choice import read_final
        from evo.engine.summary import best_rows

        if not isinstance(count, int) or count < 1:
            raise UsageError(f"best({count!r}): a whole number of at least 1 is needed")
        return [record_of(row) for row in best_rows(self.trials(), count, read_final(self.path))]

    def front(self) -> list[Record]:
        """Return the records of the front, best fitness first: nothing in the run dominates one of them.

        A candidate dominates another where it is by no objective worse and by some better. By its fitness alone a run's
        front is its best candidate, or several equal ones.
        """
        from evo.engine.front import find_front
        from evo.records.search_objectives import objectives_of

        return [record_of(row) for row in find_front(self.trials(), objectives_of(self.config)).rows]

    def hypervolume(self, reference: Mapping[str, float] | Sequence[float] | None = None) -> float:
        """Return the volume that the run's candidates dominate, in the product of its objectives' units.

        reference: where it begins: a number for each objective as it was measured (a positive number of parameters,
        seconds), by name or in their order; None for the worst of each in this run

        Raises UsageError where the fitness is the only objective, and for a reference that is none.
        """
        from evo.engine.front import dominated_volume
        from evo.records.search_objectives import objectives_of

        return dominated_volume(self.trials(), objectives_of(self.config), reference)

    @property
    def last_round(self) -> dict[str, Any] | None:
        """What the last round of a search of proxy tasks found, as ``last_round.json`` has it; None where none was.

        ``chosen`` is the task's name; ``expected`` is the ``value`` to expect of it on other architectures, with its
        95 % interval from ``low`` to ``high``: what it ``reached``, less ``luck``, and more by what a statistic of
        ``few_members`` lacks. Raises UsageError where the file is damaged.
        """
        return self._numbers(LAST_ROUND)

    @property
    def held_out(self) -> dict[str, Any] | None:
        """How the best proxy tasks rank members held out, as ``held_out.json`` has it; None where there is none.

        Raises UsageError where the file is damaged.
        """
        return self._numbers(HELD_OUT)

    def _numbers(self, name: str) -> dict[str, Any] | None:
        path = self.path / name
        return read_json(path, "--resume writes it again") if path.exists() else None

    def __repr__(self) -> str:
        """Return the run in a line, and its best candidates as a table."""
        from evo.engine.summary import describe, summarise

        found = summarise(self.path, limit=SHOWN)
        lines = [f"Run {str(self.path)!r}: {self._headline(found.trials)}", *describe(found)]
        return printable("\n".join(lines))

    def _repr_html_(self) -> str:
        heads = ("trial_id", "fitness", "params", "macs", "candidate")
        rows: Sequence[Sequence[object]] = [[getattr(one, name) for name in heads] for one in self.best(SHOWN)]
        return html_table(f"{self.path}: {self._headline(len(self))}", heads, rows)

    def _headline(self, trials: int) -> str:
        config = self.config
        return (
            f"{config.strategy.name} over {config.space.name} by {config.fitness.name}, seed {config.seed}; "
            f"{trials} trials, {self.state}"
        )
