"""How good the choice of a search is after so many seconds of the processor, by a table of accuracies.

Letters: M moments of a search at which its choice may change, D data sets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.storage.epoch_log import read_epochs
from evo.storage.run_folder import REFERENCE
from evo.storage.run_log import read_table
from spaces.tables.table import CandidateTable

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """One seed of a method.

    seconds: of the processor until each moment [M], ascending
    accuracies: of what the search would choose then [M, D], in %
    candidates: its texts [M]
    memory_bytes: the most that its process took
    """

    method: str
    seed: int
    seconds: Array
    accuracies: Array
    candidates: tuple[str, ...]
    memory_bytes: int

    def moments(self, seconds: float) -> int:
        """Return how many evaluations, or epochs, were over by then."""
        return int(np.searchsorted(self.seconds, seconds, side="right"))

    def at(self, seconds: float) -> Array:
        """Return the accuracies [D] of the choice after so many seconds; NaN before there is one."""
        moments = self.moments(seconds)
        return self.accuracies[moments - 1] if moments else np.full(self.accuracies.shape[1], np.nan)


def evolution_curve(method: str, seed: int, folder: Path, table: CandidateTable) -> Curve:
    """Return the curve of a search that scores candidates: after each, the best by fitness, the first of equals.

    What was scored for a reference before the first trial counts as well.
    """
    columns = ["trial_id", "candidate", "fitness", "cpu_s", "evaluate_s", "peak_memory_bytes"]
    rows = read_table(folder, columns).sort_by("trial_id").to_pylist()
    before = sum(_cpu_seconds(row) for each in _references(folder) for row in read_table(each, columns).to_pylist())
    chosen = list(_best_so_far(rows))
    return Curve(
        method,
        seed,
        before + np.cumsum([_cpu_seconds(row) for row in rows]),
        np.array([_accuracies(text, table) for text in chosen]).reshape(len(rows), -1),
        tuple(chosen),
        max((row["peak_memory_bytes"] or 0 for row in rows), default=0),
    )


def supernet_curves(method: str, folder: Path, table: CandidateTable) -> list[Curve]:
    """Return the curve of every seed of a differentiable search: after each epoch, what would be derived."""
    rows = read_epochs(folder).to_pylist()
    return [_supernet_curve(method, seed, rows, table) for seed in sorted({row["seed"] for row in rows})]


def _supernet_curve(method: str, seed: int, rows: Sequence[dict[str, Any]], table: CandidateTable) -> Curve:
    own = [row for row in rows if row["seed"] == seed]
    return Curve(
        method,
        seed,
        np.cumsum([row["cpu_s"] for row in own]),
        np.array([_accuracies(row["derived"], table) for row in own]),
        tuple(row["derived"] for row in own),
        max(row["peak_memory_bytes"] or 0 for row in own),
    )


def spent_seconds(folder: Path) -> float:
    """Return the processor seconds of a search that scores candidates, references included."""
    columns = ["cpu_s", "evaluate_s"]
    tables = [read_table(each, columns) for each in (folder, *_references(folder))]
    return sum(_cpu_seconds(row) for each in tables for row in each.to_pylist())


def _references(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / REFERENCE).glob("*") if path.is_dir())


def _cpu_seconds(row: dict[str, Any]) -> float:
    """Return the processor seconds of an evaluation; by the clock where only that is known."""
    return float(row["cpu_s"] if row["cpu_s"] is not None else row["evaluate_s"] or 0.0)


def _best_so_far(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield what would be chosen after each trial; an empty text while no trial has a score."""
    chosen, best = "", -np.inf
    for row in rows:
        if row["fitness"] is not None and row["fitness"] > best:
            chosen, best = row["candidate"], row["fitness"]
        yield chosen


def _accuracies(text: str, table: CandidateTable) -> list[float]:
    return list(table.measurements(text).values()) if text else [np.nan] * len(table.columns)
