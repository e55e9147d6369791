"""The scores of several searches over the same candidates, read from their logs.

Letters: N candidates. Times are seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evo.records.trial import TAKEN
from evo.storage.logged_numbers import SIZES, first_known, floats
from evo.storage.run_log import read_table
from tasks import last_line

_COLUMNS = ["trial_id", "fitness", "reused", "evaluate_s", "cpu_s", "error"]


@dataclass(frozen=True)
class Column:
    """What one member says of every candidate: scores [N], NaN where it has none; higher is better.

    seconds: of each candidate [N], NaN where nobody measured, or None; cpu: whether they are CPU seconds, else they are
    by the clock; reason: last words of a candidate without a score.
    """

    label: str
    scores: np.ndarray
    seconds: np.ndarray | None = None
    reason: str | None = None
    cpu: bool = False

    @property
    def failed(self) -> int:
        """Candidates without a score."""
        return int(np.sum(np.isnan(self.scores)))

    @property
    def unit(self) -> str:
        """What seconds are measured in: of the processor, or by the clock."""
        return "CPU s" if self.cpu else "s"

    @property
    def seconds_each(self) -> float | None:
        """Median seconds of a candidate when it was scored, here or, where its score was found, elsewhere."""
        measured = self.seconds[~np.isnan(self.seconds)] if self.seconds is not None else np.empty(0)
        return float(np.median(measured)) if len(measured) else None


def read_column(label: str, run_dir: Path, count: int) -> Column:
    """Return the scores of a run's first ``count`` candidates, with CPU seconds where these are known of any.

    They are of no candidate where a GPU computes, whose time the clock tells.
    """
    columns = read_table(run_dir, _COLUMNS).slice(0, count).to_pydict()
    cpu_s, by_clock = (_of_scored(columns[name], columns["reused"]) for name in ("cpu_s", "evaluate_s"))
    cpu = not np.isnan(cpu_s).all()
    errors = [error for error in columns["error"] if error]
    last_words = last_line(errors[0]) if errors else None
    return Column(label, floats(columns["fitness"]), cpu_s if cpu else by_clock, last_words, cpu)


def _of_scored(seconds: Sequence[float | None], reused: Sequence[bool]) -> np.ndarray:
    """Return seconds [N], NaN where nobody measured or a score is another trial's."""
    return floats([None if again else each for each, again in zip(seconds, reused, strict=True)])


def read_makers(run_dir: Path, count: int) -> tuple[tuple[str, ...], bool]:
    """Return the names of what computed a run's first ``count`` scores, sorted, and whether any was found elsewhere.

    Scores of older versions do not say it.
    """
    rows = read_table(run_dir, ["trial_id", "processor", "attempts", "reused"]).slice(0, count).to_pylist()
    scored = [row for row in rows if not row["reused"]]
    names = {str(row["processor"]) for row in scored if row["processor"]}
    return tuple(sorted(names)), any(row["attempts"] == TAKEN for row in scored)


def read_metric(name: str, run_dir: Path, count: int) -> np.ndarray:
    """Return a metric beside the scores of a run's first ``count`` candidates [N], NaN where it has none."""
    metrics = read_table(run_dir, ["trial_id", "metrics"]).slice(0, count)["metrics"].to_pylist()
    return floats([dict(each or ()).get(name) for each in metrics])


def read_sizes(run_dirs: Sequence[Path], count: int) -> Mapping[str, np.ndarray]:
    """Return parameters and multiply-adds of the first ``count`` candidates, [N] each, NaN where no run knows them.

    Every run logs the size of every candidate, whatever its fitness.
    """
    tables = [read_table(run_dir, ["trial_id", *SIZES]).slice(0, count).to_pydict() for run_dir in run_dirs]
    return {name: first_known([floats(table[name]) for table in tables]) for name in SIZES}
