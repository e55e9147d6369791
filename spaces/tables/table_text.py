"""What a table holds, as text for a reader."""

import json

import numpy as np

from spaces.tables.table import CandidateTable
from spaces.tables.table_file import Floats

_HEADER = ("column", "unit", "min", "median", "max", "missing")
_NOT_STATED = "not stated"


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
    lines += _aligned([_HEADER, *rows])
    return [*lines, f"not numeric: {', '.join(table.others)}"] if table.others else lines


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
    """Return rows as lines: the first two columns flush left, numbers flush right."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return ["  ".join(_padded(row, widths)).rstrip() for row in rows]


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    return [
        cell.ljust(w) if index < 2 else cell.rjust(w) for index, (cell, w) in enumerate(zip(row, widths, strict=True))
    ]
