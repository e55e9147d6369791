"""What a run's log adds up to, kept up to date while the run goes on.

Times are seconds; memory is bytes.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from evo.records.trial import Finished, Status
from evo.storage.run_log import read_table

_COLUMNS = ["trial_id", "status", "reused", "attempts", "build_s", "evaluate_s", "peak_memory_bytes"]


@dataclass
class LoggedCounts:
    """Sums over the rows of a log, those of former processes among them.

    by_status: trials by status, every status among them; reused: those that reuse a score
    retries: attempts after the first; build_s, evaluate_s: spent in candidates
    peak_memory_bytes: the most that one trial took
    """

    by_status: Counter[str] = field(default_factory=lambda: Counter({str(status): 0 for status in Status}))
    reused: int = 0
    retries: int = 0
    build_s: float = 0.0
    evaluate_s: float = 0.0
    peak_memory_bytes: int = 0

    @classmethod
    def of(cls, run_dir: Path) -> Self:
        """Return what is logged in a run's folder; raises UsageError where a part is damaged."""
        table = read_table(run_dir, _COLUMNS)
        counts = cls(
            reused=int(_total(table["reused"])),
            retries=int(_total(pc.max_element_wise(pc.subtract(table["attempts"], 1), 0))),
            build_s=_total(table["build_s"]),
            evaluate_s=_total(table["evaluate_s"]),
            peak_memory_bytes=pc.max(table["peak_memory_bytes"]).as_py() or 0,
        )
        counts.by_status.update({row["values"]: row["counts"] for row in pc.value_counts(table["status"]).to_pylist()})
        return counts

    def add(self, finished: Finished) -> None:
        """Count a trial that was logged just now."""
        outcome = finished.outcome
        self.by_status[str(outcome.status)] += 1
        self.reused += finished.reused
        self.retries += max(finished.attempts - 1, 0)
        self.build_s += outcome.build_s or 0.0
        self.evaluate_s += outcome.evaluate_s or 0.0
        self.peak_memory_bytes = max(self.peak_memory_bytes, outcome.peak_memory_bytes or 0)


def _total(column: pa.ChunkedArray | pa.Array) -> Any:
    return pc.sum(column).as_py() or 0
