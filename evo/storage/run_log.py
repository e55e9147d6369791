"""The log of a run: one Parquet row per finished trial, on disk at most ``FLUSH_S`` seconds after it came in.

Times are seconds.
"""

import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evo.records.config import MOST_AHEAD
from evo.records.trial import Finished, Outcome
from evo.storage.durable_log import DurableLog, read_log, read_parts
from evo.storage.kept_outcomes import KeptOutcomes, logged_outcome
from evo.storage.later_columns import later_field
from evo.storage.parquet_part import read_part
from tasks.foundation.errors import UsageError

SCHEMA_VERSION = 3
"""2 has ``cpu_s`` and ``processor``, 3 has ``gpu``."""
FLUSH_S = 1.0
REMEMBERED = 4_096
FOLDER = "evaluations"
_OF_OUTCOMES = ("trial_id", "reused", "status", "fitness", "metrics", "params", "macs", "error")

SCHEMA = pa.schema(
    [
        pa.field("trial_id", pa.int64(), nullable=False),
        ("parent_id", pa.int64()),
        pa.field("candidate", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        ("fitness", pa.float64()),
        ("metrics", pa.map_(pa.string(), pa.float64())),
        ("seed", pa.int64()),
        ("params", pa.int64()),
        ("macs", pa.int64()),
        ("reused", pa.bool_()),
        ("attempts", pa.int32()),
        ("error", pa.string()),
        ("worker", pa.string()),
        ("node", pa.string()),
        ("device", pa.string()),
        ("queued_s", pa.float64()),
        ("build_s", pa.float64()),
        ("evaluate_s", pa.float64()),
        ("peak_memory_bytes", pa.int64()),
        ("started_at", pa.timestamp("us", tz="UTC")),
        later_field("cpu_s", pa.float64(), since=2),
        later_field("processor", pa.string(), since=2),
        later_field("gpu", pa.string(), since=3),
    ],
    metadata={"selfnas.schema": str(SCHEMA_VERSION)},
)
"""``macs``: multiply-adds of convolution and linear layers for one input; ``fitness``: higher is better.

``evaluate_s``: by the clock; ``cpu_s``: of the processor, none where a GPU computed; ``gpu``: its model, its number on
the node, and the share that the worker held, none where a processor computed. Later columns are last.
"""


def to_row(finished: Finished) -> dict[str, Any]:
    """Return the row of a finished trial."""
    trial, outcome = finished.trial, finished.outcome
    started = outcome.started_at
    return {
        "trial_id": trial.trial_id,
        "parent_id": trial.parent_id,
        "candidate": trial.text,
        "key": trial.key,
        "status": str(outcome.status),
        "fitness": outcome.fitness,
        "metrics": list(outcome.metrics.items()),
        "seed": trial.seed,
        "params": outcome.params,
        "macs": outcome.macs,
        "reused": finished.reused,
        "attempts": finished.attempts,
        "error": outcome.error,
        "worker": outcome.worker,
        "node": outcome.node,
        "device": outcome.device,
        "queued_s": finished.queued_s,
        "build_s": outcome.build_s,
        "evaluate_s": outcome.evaluate_s,
        "peak_memory_bytes": outcome.peak_memory_bytes,
        "started_at": None if started is None else datetime.fromtimestamp(started, UTC),
        "cpu_s": outcome.cpu_s,
        "processor": outcome.processor,
        "gpu": outcome.gpu,
    }


def read_table(run_dir: Path, columns: list[str] | None = None) -> pa.Table:
    """Return the logged rows of a run in order of trial, also while it is running; empty where there are none."""
    table = read_log(run_dir / FOLDER, SCHEMA, columns)
    if "trial_id" not in table.column_names:
        return table
    table = table.sort_by("trial_id")
    _check_trials(run_dir / FOLDER, table["trial_id"].to_numpy())
    return table


def _check_trials(folder: Path, ascending: NDArray[np.int64]) -> None:
    """Raise UsageError where parts hold a trial twice, or one that no search of their length can have proposed."""
    twice = ascending[1:][ascending[1:] == ascending[:-1]]
    if len(twice):
        raise UsageError(
            f"{folder}: trial {twice[0]} is logged {np.count_nonzero(ascending == twice[0])} times; parts continue "
            "each other: take the one away that does not belong there"
        )
    if len(ascending) and not 0 <= ascending[0] <= ascending[-1] < len(ascending) + MOST_AHEAD:
        raise UsageError(
            f"{folder}: {len(ascending)} trials are logged, from {ascending[0]} to {ascending[-1]}, which is no log of "
            "a search; put a good copy back"
        )


def logged_trials(run_dir: Path) -> int:
    """Return how many trials are logged; raises UsageError where a part is damaged."""
    return int(read_table(run_dir, ["trial_id"]).num_rows)


class RunLog:
    """Appends rows to a run; there is one writer per run, which ``RunFolder`` sees to.

    Memory stays nearly flat: at most one part of rows, what became of each first trial of a key in arrays, and the last
    ``REMEMBERED`` of those that say of an error; any other of these is read from its part again.
    """

    def __init__(self, run_dir: Path, notes: Mapping[str, str] | None = None) -> None:
        """Continue the log of ``run_dir``; notes: what goes into the metadata of the parts that are written."""
        self._log = DurableLog(run_dir / FOLDER, SCHEMA.with_metadata({**SCHEMA.metadata, **(notes or {})}))
        self._part_of = array("i")  # trial -> number of its part, or -1
        self._kept = KeptOutcomes()
        self._remembered: OrderedDict[int, Outcome] = OrderedDict()  # those with an error
        self._unwritten_since: float | None = None
        self._lock = threading.RLock()  # two threads may write
        self._take_up(run_dir / FOLDER)

    def _take_up(self, folder: Path) -> None:
        """Find again what was logged before."""
        parts = dict(read_parts(folder, SCHEMA, ["trial_id"]))
        if parts:
            _check_trials(folder, np.sort(np.concatenate([table["trial_id"].to_numpy() for table in parts.values()])))
        for number, table in read_parts(folder, SCHEMA, list(_OF_OUTCOMES)):
            for trial_id in table["trial_id"].to_pylist():
                self._note(trial_id, number)
            self._kept.keep_rows(table.to_pylist())

    def append(self, finished: Finished) -> None:
        """Log a finished trial; it is on disk after the next flush, or at once where it fills a part."""
        row = to_row(finished)
        if not finished.reused:  # only first trials of a key are asked for
            self._keep(finished.trial.trial_id, finished.outcome)
        with self._lock:
            self._note(finished.trial.trial_id, self._log.number)
            self._log.append(row)
            self._unwritten_since = self._unwritten_since or time.monotonic()
            if self._log.full:
                self.flush()
        self.flush_if_due()

    def flush_if_due(self) -> None:
        """Write the open part once its oldest unwritten row is ``FLUSH_S`` old."""
        with self._lock:
            if self._unwritten_since is not None and time.monotonic() - self._unwritten_since >= FLUSH_S:
                self.flush()

    def flush(self) -> None:
        """Write the open part now."""
        with self._lock:
            if self._unwritten_since is not None:
                self._log.write()
                self._unwritten_since = None

    @property
    def written_s(self) -> float:
        """Seconds spent in writing, by this process."""
        return self._log.written_s

    @contextmanager
    def written_in_time(self) -> Iterator[None]:
        """Write what is due in a thread of its own, for as long as the block lasts, whatever that waits for."""
        over = threading.Event()
        writer = threading.Thread(target=self._write_until, args=(over,), daemon=True)
        writer.start()
        try:
            yield
        finally:
            over.set()
            writer.join()

    def _write_until(self, over: threading.Event) -> None:
        while not over.wait(FLUSH_S / 2):
            with suppress(OSError):  # e.g. a full disk, which the next row's writing meets, too
                self.flush_if_due()

    def outcome(self, trial_id: int) -> Outcome:
        """Return the logged outcome of a trial; raises KeyError where it is not logged."""
        if (kept := self._kept.get(trial_id)) is not None:
            return kept
        with self._lock:
            return self._remember(trial_id, self._remembered.get(trial_id) or self._look_up(trial_id))

    def _keep(self, trial_id: int, outcome: Outcome) -> None:
        if outcome.error is None:
            self._kept.keep(trial_id, outcome)

    def _remember(self, trial_id: int, outcome: Outcome) -> Outcome:
        """Return ``outcome``, at hand for next time: evolution asks for the same few again and again."""
        self._remembered.pop(trial_id, None)
        self._remembered[trial_id] = outcome
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return outcome

    def _look_up(self, trial_id: int) -> Outcome:
        part = self._part_of[trial_id] if trial_id < len(self._part_of) else -1
        if part < 0:
            raise KeyError(trial_id)
        rows = self._log.rows if part == self._log.number else self._read(part, trial_id)
        return logged_outcome(next(row for row in rows if row["trial_id"] == trial_id))

    def _read(self, part: int, trial_id: int) -> list[dict[str, Any]]:
        table = read_part(self._log.path(part))
        rows: list[dict[str, Any]] = table.filter(pc.equal(table["trial_id"], trial_id)).to_pylist()
        return rows

    def _note(self, trial_id: int, part: int) -> None:
        while len(self._part_of) <= trial_id:
            self._part_of.append(-1)
        self._part_of[trial_id] = part
