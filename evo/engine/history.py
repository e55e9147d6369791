"""What a run had finished before this process took it up: the outcomes that its replay meets again."""

from pathlib import Path

from evo.records.failures import ReplayError
from evo.records.trial import Outcome, Status, Trial
from evo.storage.durable_log import read_log
from evo.storage.kept_outcomes import logged_outcome
from evo.storage.run_log import FOLDER, SCHEMA, read_table
from tasks.foundation.errors import UsageError, bounded

COLUMNS = ["trial_id", "candidate", "seed", "status", "fitness", "metrics", "params", "macs", "error"]


_LONGEST = 120


class History:
    """The logged outcomes of a run by trial, read once; and the order in which they were scored."""

    def __init__(self, run_dir: Path) -> None:
        """Read the log of ``run_dir``; a folder without one is an empty history.

        Raises UsageError where it holds what this version does not know.
        """
        self._run_dir = run_dir
        columns = read_table(run_dir, COLUMNS).to_pydict()
        self._columns = {name: columns[name] for name in COLUMNS}
        for status in set(columns["status"]) - set(Status):
            raise UsageError(
                f"{run_dir}: a trial is logged as {str(status)[:80]!r}; known are {', '.join(Status)}: the log is of "
                "another version, or damaged"
            )
        self._row = {trial_id: row for row, trial_id in enumerate(columns["trial_id"])}

    def __len__(self) -> int:
        """Return the number of logged trials."""
        return len(self._row)

    @property
    def best(self) -> float | None:
        """The best logged fitness, or None."""
        return max((value for value in self._columns["fitness"] if value is not None), default=None)

    def scored_in_order(self) -> list[int]:
        """Return the trials that were scored, and took no other's score, in the order in which they were logged."""
        rows = read_log(self._run_dir / FOLDER, SCHEMA, ["trial_id", "reused"]).to_pylist()
        return [row["trial_id"] for row in rows if not row["reused"]]

    def outcome(self, trial: Trial) -> Outcome | None:
        """Return the logged outcome of ``trial``, or None; raises ReplayError where another trial was logged."""
        row = self._row.get(trial.trial_id)
        if row is None:
            return None
        logged = self._columns["candidate"][row]
        if logged != trial.text:
            raise ReplayError(
                f"trial {trial.trial_id} is logged as {bounded(logged, _LONGEST)!r}, and this version proposes "
                f"{bounded(trial.text, _LONGEST)!r}: resume with the version named in config.json, or start a new run"
            )
        seed = self._columns["seed"][row]
        if seed != trial.seed:
            raise ReplayError(
                f"trial {trial.trial_id} is logged with seed {seed}, and this search scores it with {trial.seed}: the "
                "log is another search's; put the right one back, or start a new run"
            )
        return logged_outcome({name: values[row] for name, values in self._columns.items()})
