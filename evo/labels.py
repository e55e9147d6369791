"""Labelled candidates from a file: what a fitness is held against.

A CSV or Parquet table with a column ``candidate`` (or ``arch``) in the space's text and numeric columns of labels,
higher is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tasks import derive_rng
from tasks.errors import UsageError, first_line, unknown_name

CANDIDATE_COLUMNS = ("candidate", "arch")
FEWEST_ROWS = 5
HALVES = ("A", "B")


@dataclass(frozen=True)
class LabelledTable:
    """The rows of a file: name of the table, texts, and labels [N], NaN where a row has none; unit of the labels."""

    name: str
    metric: str
    texts: Sequence[str]
    labels: np.ndarray
    unit: str | None = None

    def rows(self, half: str | None = None, *, seed: int = 0) -> np.ndarray:
        """Return the numbers of all labelled rows, shuffled by ``seed`` and the table's name.

        half: A or B for every second row of that order, so that settings chosen on A are reported on rows not seen.
        """
        shuffled = derive_rng(seed, "rows", self.name).permutation(len(self.texts))
        wanted = shuffled if half is None else shuffled[HALVES.index(half) :: len(HALVES)]
        labelled: np.ndarray = wanted[np.isfinite(self.labels[wanted])]
        return labelled


@dataclass(frozen=True)
class LabelledSample:
    """Candidates and their labels [N]; without_label: rows of the table left out."""

    texts: tuple[str, ...]
    labels: np.ndarray
    without_label: int


def read_labels(path: Path, metric: str) -> LabelledTable:
    """Return the table of a file; raises UsageError where it cannot be read, or candidates or labels are not right."""
    table = _read(path)
    column = next((name for name in CANDIDATE_COLUMNS if name in table.column_names), None)
    if column is None:
        known = ", ".join(table.column_names)
        raise UsageError(f"--table {path}: has no column {' or '.join(CANDIDATE_COLUMNS)} (its columns: {known})")
    if metric not in table.column_names:
        raise unknown_name(f"metric in {path}:", metric, set(table.column_names) - {column})
    texts = _texts(path, table[column])
    unit = (table.schema.field(metric).metadata or {}).get(b"unit")
    return LabelledTable(
        path.stem, metric, texts, _numbers(path, metric, table[metric]), unit.decode(errors="replace") if unit else None
    )


def draw_sample(table: LabelledTable, count: int, half: str | None = None, *, seed: int = 0) -> LabelledSample:
    """Return ``count`` rows, the first of the shuffled ones; raises UsageError where there are not enough or too few.

    A larger sample of the same table, half and seed begins with the smaller one.
    """
    rows = table.rows(half, seed=seed)
    where = f"table {table.name!r}" + (f", rows {half}," if half else "")
    if len(rows) < FEWEST_ROWS:
        raise UsageError(f"{where} has {len(rows)} rows with {table.metric}; at least {FEWEST_ROWS} are needed")
    if not FEWEST_ROWS <= count <= len(rows):
        raise UsageError(f"--sample {count}: must be {FEWEST_ROWS} to {len(rows)}, the rows of {where} with a label")
    labels = table.labels[rows[:count]]
    if np.ptp(labels) == 0:
        raise UsageError(f"{where}: {table.metric} is {labels[0]:g} in all {count} rows; nothing can be ranked")
    without = int(np.sum(~np.isfinite(table.labels)))
    return LabelledSample(tuple(table.texts[row] for row in rows[:count]), labels, without)


def _read(path: Path) -> pa.Table:
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            return pq.ParquetFile(path).read()
        if path.suffix == ".csv":
            return _read_csv(path)
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"--table {path}: cannot be read ({first_line(error)})") from error
    raise UsageError(f"--table {path}: must be a .parquet or a .csv file")


def _read_csv(path: Path) -> pa.Table:
    from pyarrow import csv

    texts: dict[str, Any] = {name: pa.string() for name in CANDIDATE_COLUMNS}  # also where they look like numbers
    return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=texts))


def _texts(path: Path, column: pa.ChunkedArray) -> list[str]:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise UsageError(f"--table {path}: its candidates are {column.type}; text is needed")
    texts: list[str] = column.to_pylist()
    seen: dict[str, int] = {}
    for row, text in enumerate(texts, 1):
        if not text:
            raise UsageError(f"--table {path}: row {row} has no candidate")
        if text in seen:
            raise UsageError(f"--table {path}: rows {seen[text]} and {row} are the same candidate {text!r}; keep one")
        seen[text] = row
    return texts


def _numbers(path: Path, metric: str, column: pa.ChunkedArray) -> np.ndarray:
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        first = next((value for value in column.to_pylist() if value is not None), None)
        raise UsageError(f"--table {path}: {metric} holds {kind}, e.g. {str(first)[:40]!r}; numbers are needed")
    numbers: np.ndarray = column.cast(pa.float64()).to_numpy().astype(float)
    return numbers
