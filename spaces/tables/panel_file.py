"""A panel read from its file: one that is shipped, a benchmark's table, or a user's own Parquet or CSV file."""

from importlib.resources import files
from pathlib import Path

from spaces.tables.table import Table
from spaces.tables.table_info import TableInfo
from tasks.errors import UsageError, unknown_name
from tasks.panel import Panel

LABEL = "value"
"""The column of labels, unless another is named or there is no other."""
SPACE_OPTIONS = "space_options"
"""The detail of a table that states with which options of its space the members were trained."""
SHIPPED = {"digits": "digits_nasbench201.parquet"}
"""Panels that come with the package, by name: cells of NAS-Bench-201, trained on digits by ``evo.label``."""


def settle_panel(source: str) -> str:
    """Return a panel's name, or the full path of its file, so that it is found from anywhere; raises UsageError."""
    path = Path(source)
    if source in SHIPPED:
        return source
    if not path.suffix and len(path.parts) == 1 and not path.is_file():
        raise unknown_name("panel", source, SHIPPED)
    return str(path.absolute())


def locate_panel(source: str) -> Path:
    """Return the file of a shipped panel's name, or ``source`` as a path."""
    return Path(str(files("tasks") / "panels" / SHIPPED[source])) if source in SHIPPED else Path(source)


def read_panel(source: str, *, metric: str = "", lower_is_better: bool = False) -> tuple[Panel, TableInfo]:
    """Return the panel of that name or file, and what the file says of itself, nothing where it is no Parquet file.

    The file has the members' texts in a column ``candidate`` or ``arch``; metric: its column of labels, by default the
    only one of numbers, or the one called ``value``; lower_is_better: of the labels. No text is decoded.

    Raises UsageError for a file that is no such table, a metric that it does not have, and as ``Panel`` does.
    """
    table = Table(locate_panel(source), [metric] if metric else None)
    labels = table.column(metric or _label_column(table))
    signed = -labels if lower_is_better else labels
    return Panel(source, tuple(table.candidates()), tuple(signed.tolist())), table.info


def _label_column(table: Table) -> str:
    if len(table.columns) > 1 and LABEL not in table.columns:
        raise UsageError(
            f"panel {table.path} has the columns {', '.join(table.columns)}: name one by --set fitness.metric=NAME"
        )
    return LABEL if LABEL in table.columns else table.columns[0]
