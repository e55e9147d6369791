"""A panel read from its file: a benchmark's table, or a user's own Parquet or CSV file."""

from pathlib import Path

from spaces.tables.table import Table
from tasks.errors import UsageError
from tasks.panel import Panel

LABEL = "value"
"""The column of labels, unless another is named or there is no other."""


def read_panel(path: Path, *, metric: str = "", lower_is_better: bool = False) -> tuple[Panel, str]:
    """Return the panel of a file, and the name of its members' space, empty where the file states none.

    The file has the members' texts in a column ``candidate`` or ``arch``; metric: its column of labels, by default the
    only one of numbers, or the one called ``value``; lower_is_better: of the labels. No text is decoded.

    Raises UsageError for a file that is no such table, a metric that it does not have, and as ``Panel`` does.
    """
    table = Table(path, [metric] if metric else None)
    labels = table.column(metric or _label_column(table))
    signed = -labels if lower_is_better else labels
    return Panel(str(path), tuple(table.candidates()), tuple(signed.tolist())), table.info.space


def _label_column(table: Table) -> str:
    if len(table.columns) > 1 and LABEL not in table.columns:
        raise UsageError(
            f"panel {table.path} has the columns {', '.join(table.columns)}: name one by --set fitness.metric=NAME"
        )
    return LABEL if LABEL in table.columns else table.columns[0]
