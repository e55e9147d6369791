"""Tables of text, for terminals and for Markdown."""

from dataclasses import dataclass

import numpy as np

from fitness.rank_correlation.rank_statistics import Interval

WIDEST = 120


@dataclass(frozen=True)
class Table:
    """Rows of text; the first column names a fitness."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_text(table: Table) -> str:
    """Return a table with aligned columns; names are cut where it would be wider than ``WIDEST`` characters."""
    rows = [table.header, *table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.header))]
    widths[0] = min(widths[0], WIDEST - sum(2 + width for width in widths[1:]))
    rows = [(_clipped(name, widths[0]), *cells) for name, *cells in rows]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join([table.title, *lines])


def to_markdown(table: Table) -> str:
    """Return a table as Markdown."""
    head = ["|".join(("", *table.header, "")), "|" + "---|" * len(table.header)]
    rows = ["|".join(("", *(cell.replace("|", "\\|") for cell in row), "")) for row in table.rows]
    return "\n".join([f"**{table.title}**", "", *head, *rows])


def short(number: float | None, digits: int = 3) -> str:
    """Return a number without the zero before its point, or ``-`` where it is not defined."""
    if number is None or np.isnan(number):
        return "-"
    text = f"{number:.{digits}f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def show(found: Interval | None) -> str:
    """Return e.g. ``.853 [.801, .891]``."""
    if found is None or np.isnan(found.value):
        return "-"
    return f"{short(found.value)} [{short(found.low)}, {short(found.high)}]"


def _clipped(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 3]}..."
