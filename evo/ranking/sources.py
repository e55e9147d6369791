"""Reads labelled candidates: the rows of a table, of a panel, or of a run."""

from pathlib import Path

import numpy as np

from evo.correlation.labels import LabelledTable, read_labels
from evo.correlation.request_checks import settled_table
from evo.ranking.label_source import LabelSource
from evo.ranking.request import LabelledRequest
from spaces import CandidateTable, settle_panel
from spaces.tables.panel_file import label_column, locate_panel, whole_rows
from tasks.foundation.errors import UsageError


def read_source(request: LabelledRequest, *, learnt: str | None = None) -> LabelSource:
    """Return the labelled candidates that are asked for; nothing that a file names is imported.

    learnt: kind of the labels that are meant where no column is named

    Raises UsageError for a file or folder that cannot be read, lacks the column, or has a candidate twice.
    """
    if request.run is not None:
        from evo.ranking.run_labels import read_run  # torch comes with it

        return read_run(request.run)
    if request.panel is not None:
        return _of_panel(request.panel, request)
    return _of_table(request.table or Path(), request, learnt)


def _of_table(table: Path, request: LabelledRequest, learnt: str | None) -> LabelSource:
    settled_table(table)  # a name that is none is refused as such
    metric = request.metric or (learnt or "").removeprefix("-")
    if not metric:
        raise UsageError(f"--metric is needed beside --table {table}: the column of labels")
    (rows,) = read_labels(table, [metric])
    lower = request.lower_is_better or (request.metric is None and (learnt or "").startswith("-"))
    return _signed(rows, table, lower=lower)


def _of_panel(panel: str, request: LabelledRequest) -> LabelSource:
    try:
        settle_panel(panel)
        path = locate_panel(panel)
        table = CandidateTable(path)
        metric = request.metric or label_column(table, named_by="--metric NAME")
        labels = np.where(whole_rows(table), table.column(metric), np.nan)
    except UsageError as error:
        raise UsageError(f"--panel {error}") from error
    rows = LabelledTable(path.stem, metric, table.candidates(), labels, table.info.units.get(metric), table.info)
    return _signed(rows, path, lower=request.lower_is_better)


def _signed(rows: LabelledTable, path: Path, *, lower: bool) -> LabelSource:
    if not lower:
        return LabelSource(rows, rows.metric, path)
    negated = LabelledTable(rows.name, rows.metric, rows.texts, -rows.labels, rows.unit, rows.stated)
    return LabelSource(negated, f"-{rows.metric}", path)
