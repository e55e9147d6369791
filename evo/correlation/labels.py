"""Labelled candidates: what a fitness is held against, higher is better."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from evo.correlation.request import HALVES
from spaces import CandidateTable, TableInfo
from spaces.tables.panel_file import locate_panel
from tasks import derive_rng
from tasks.foundation.errors import UsageError

FEWEST_ROWS = 5


@dataclass(frozen=True)
class LabelledTable:
    """The rows of a file: name of the table, texts, and labels [N], NaN where a row has none; unit of the labels.

    stated: what the file says of itself
    """

    name: str
    metric: str
    texts: Sequence[str]
    labels: np.ndarray
    unit: str | None = None
    stated: TableInfo = field(default_factory=TableInfo)

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

    def negated(self) -> "LabelledSample":
        """Return the same candidates with minus their labels, for a metric of which lower is better."""
        return replace(self, labels=-self.labels)


def read_labels(source: str | Path, metrics: Sequence[str]) -> list[LabelledTable]:
    """Return a table with each metric; of several, a row that lacks one is without a label in all.

    source: its file, or the name of a panel that is shipped

    Raises UsageError where it cannot be read, or candidates or labels are not right.
    """
    path = locate_panel(str(source))
    try:
        table = CandidateTable(path, metrics)
    except UsageError as error:
        raise UsageError(f"--table {error}") from error
    texts, columns = table.candidates(), [table.column(metric) for metric in metrics]
    complete = np.all(np.isfinite(columns), axis=0)
    units = [table.info.units.get(metric) or None for metric in metrics]
    return [
        LabelledTable(path.stem, metric, texts, np.where(complete, column, np.nan), unit, table.info)
        for metric, column, unit in zip(metrics, columns, units, strict=True)
    ]


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
