"""What a table holds, as text for a reader."""

import json

import numpy as np

from spaces.tables.table import CandidateTable
from spaces.tables.table_file import Floats
from tasks.foundation.errors import bounded

_HEADER = ("column", "unit", "min", "median", "max", "missing")
_NOT_STATED = "not stated"
WIDEST, LEAST_NAME, LEAST_UNIT = 80, 20, 12
"""Characters of a line, and of a column's name and unit where there is no room for all of them."""


def describe_table(table: CandidateTable) -> list[str]:
    """Return lines that say how many candidates a table has, where they come from, and what each column holds."""
    info = table.info
    lines = [
        f"{table.path}: {len(table):,} candidates",
        f"space: {info.space or _NOT_STATED}",
        f"source: {info.source or _NOT_STATED}",
        f"licence: {info.licence or _NOT_STATED}",
        *(f"{name}: {_plain(value)}" for name, value in info.details.items()),
        f"first candidate: {table.candidates()[0]}",
    ]
    rows = [_row(name, info.units.get(name, "-"), table.column(name)) for name in table.columns]
    others = [f"not numeric: {', '.join(table.others)}"] if table.others else []
    return [*map(bounded, lines), *_aligned([_HEADER, *rows]), *map(bounded, others)]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _row(name: str, unit: str, values: Floats) -> tuple[str, ...]:
    present = values[~np.isnan(values)]
    statistics = (present.min(), np.median(present), present.max()) if len(present) else (np.nan,) * 3
    missing = len(values) - len(present)
    return (name, unit, *(_number(float(value)) for value in statistics), f"{missing:,}" if missing else "0")


def _number(value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{int(value):,}" if value.is_integer() and abs(value) < 1e15 else f"{value:.6g}"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as lines: the first two columns flush left, cut where there is no room; numbers flush right."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    for column, least in ((1, LEAST_UNIT), (0, LEAST_NAME)):  # a unit says less than a name
        surplus = sum(widths) + 2 * (len(widths) - 1) - WIDEST
        widths[column] = min(widths[column], max(widths[column] - surplus, least))
    return ["  ".join(_padded(row, widths)).rstrip() for row in rows]


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    texts, numbers = zip(row[:2], widths[:2], strict=True), zip(row[2:], widths[2:], strict=True)
    return [*(bounded(text, w).ljust(w) for text, w in texts), *(number.rjust(w) for number, w in numbers)]
