"""A panel read from its file: one that is shipped, a benchmark's table, or a user's own Parquet or CSV file."""

import hashlib
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spaces.tables.table import CandidateTable
from spaces.tables.table_info import TableInfo
from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.output_files import is_there
from tasks.foundation.plain_files import MOST_TENSOR_BYTES, read_plain
from tasks.panel import Panel

LABEL = "value"
"""The column of labels, unless another is named or there is no other."""
STATUS = "status_ok"
"""A column that is 0 where a training broke off: such rows are no members."""
SPACE_OPTIONS = "space_options"
"""The detail of a table that states with which options of its space the members were trained."""
SHIPPED = {"digits": "digits_nasbench201.parquet"}
"""Panels that come with the package, by name: cells of NAS-Bench-201, trained on digits by ``evo.label``."""


def settle_panel(source: str) -> str:
    """Return a panel's name, or the full path of its file, so that it is found from anywhere; raises UsageError."""
    path = Path(source)
    if source in SHIPPED:
        return source
    if not path.suffix and len(path.parts) == 1 and not is_there(path):
        raise unknown_name("panel", source, SHIPPED)
    return str(path.absolute())


def locate_panel(source: str) -> Path:
    """Return the file of a shipped panel's name, or ``source`` as a path."""
    return Path(str(files("tasks") / "panels" / SHIPPED[source])) if source in SHIPPED else Path(source)


def digest_of(source: str) -> str:
    """Return a digest of a panel's file, so that one that was replaced is noticed; empty where it cannot be read."""
    try:
        return hashlib.sha256(read_plain(locate_panel(source), most=MOST_TENSOR_BYTES)).hexdigest()[:16]
    except OSError:
        return ""


def read_panel(source: str, *, metric: str = "", lower_is_better: bool = False) -> tuple[Panel, TableInfo]:
    """Return the panel of a name or file, and what the file states about itself, which is nothing for a CSV file.

    The file has the members' texts in a column ``candidate`` or ``arch``; none is decoded. Rows whose ``status_ok`` is
    0 are left out.

    metric: the column of labels; by default the only one of numbers, or the one called ``value``
    lower_is_better: whether a low label is a good one

    Raises UsageError for a file that is no such table, a metric that it does not have, and as ``Panel`` does.
    """
    table = CandidateTable(locate_panel(source))
    labels = table.column(metric or label_column(table))
    signed = -labels if lower_is_better else labels
    ended = whole_rows(table)
    texts = tuple(text for text, kept in zip(table.candidates(), ended.tolist(), strict=True) if kept)
    return Panel(source, texts, tuple(signed[ended].tolist())), table.info


def whole_rows(table: CandidateTable) -> NDArray[np.bool_]:
    """Return which rows [R] of a panel are of trainings that did not break off."""
    return table.column(STATUS) != 0 if STATUS in table.columns else np.full(len(table), True)


def label_column(table: CandidateTable, *, named_by: str = "--set fitness.metric=NAME") -> str:
    """Return the column of a panel's labels; raises UsageError where there are several, none of them ``LABEL``.

    named_by: how a caller names it
    """
    if len(table.columns) > 1 and LABEL not in table.columns:
        raise UsageError(f"panel {table.path} has the columns {', '.join(table.columns)}: name one by {named_by}")
    return LABEL if LABEL in table.columns else table.columns[0]
