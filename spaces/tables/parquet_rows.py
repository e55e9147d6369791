"""Reads published samples that are Parquet files: a row per run, its architecture in columns of text.

Columns of numbers or truth values are measurements under their own names, true as 1 and false as 0. Of a column of
lists, e.g. losses per epoch, a row's least number is read, and only where the benchmark's reader gives it a name. What
else a file holds is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from math import isnan, nan
from pathlib import Path
from typing import Any

from spaces.tables.archive import readable
from spaces.tables.published import ImportRequest, Published, PublishedRun
from spaces.tables.table_file import CANDIDATE_NAMES, is_numeric, one_line_errors, refuse_repeated, starts_like_parquet
from spaces.tables.table_info import TableInfo
from tasks.foundation.bounded_parquet import BoundedParquet, bounded_parquet
from tasks.foundation.errors import UsageError
from tasks.foundation.plain_files import check_plain

UNIT = "as published, mean of equal candidates"
_AT_ONCE = 1024  # rows held
_MOST_AT_ONCE = 1 << 30  # bytes of them


@dataclass(frozen=True)
class RowForm:
    """Which columns are what.

    architecture: columns of text, in the order in which ``Published.encode`` takes them
    least: column of lists -> name of a row's least number
    """

    architecture: tuple[str, ...]
    least: Mapping[str, str] = field(default_factory=dict)


def is_parquet(path: Path) -> bool:
    """Return whether a path is a file that starts like Parquet; raises UsageError where that cannot be read."""
    with readable(path, "a file"):
        return path.is_file() and starts_like_parquet(path)


def read_parquet_rows(request: ImportRequest, info: TableInfo, encode: Callable[..., str], form: RowForm) -> Published:
    """Return the rows of a file, with units from ``info`` where it has them.

    Raises UsageError for a file that is damaged, or lacks a column of the architecture or any number.
    """
    with one_line_errors(request.path), _opened(request.path) as file:
        measured = _measured(request.path, file.schema, form)
    units = {name: info.units.get(name, UNIT) for name in measured}
    return Published(replace(info, units=units), encode, _records(request, form, measured))


def least_number(numbers: Iterable[float | None]) -> float:
    """Return the least of numbers, those that are absent or NaN left aside, or NaN where there is none."""
    return min((number for number in numbers if number is not None and not isnan(number)), default=nan)


def _measured(path: Path, schema: Any, form: RowForm) -> dict[str, str]:
    """Return the names of measurements in the order of the file, each with its column."""
    refuse_repeated(path, schema.names)
    for name in form.architecture:
        _check_text(path, schema, name)
    scalars = {f.name: f.name for f in schema if is_numeric(f.type) and f.name not in CANDIDATE_NAMES}
    lists = {name: column for column, name in form.least.items() if column in schema.names and column not in scalars}
    for column in lists.values():
        if not _is_list_of_numbers(schema.field(column).type):
            raise UsageError(f"{path}: column {column!r} holds {schema.field(column).type}, not lists of numbers")
    if not scalars and not lists:
        raise UsageError(f"{path}: no column of numbers, only {', '.join(schema.names)}")
    found = {**lists, **scalars}
    return dict(sorted(found.items(), key=lambda item: schema.names.index(item[1])))


def _check_text(path: Path, schema: Any, name: str) -> None:
    from pyarrow import types

    if name not in schema.names:
        raise UsageError(f"{path}: a Parquet file without column {name!r}; there are {', '.join(schema.names)}")
    kind = schema.field(name).type
    if not (types.is_string(kind) or types.is_large_string(kind)):
        raise UsageError(f"{path}: column {name!r} holds {kind}, not JSON texts")


def _is_list_of_numbers(kind: Any) -> bool:
    from pyarrow import types

    is_list = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return is_list and is_numeric(kind.value_type)


def _records(request: ImportRequest, form: RowForm, measured: Mapping[str, str]) -> Iterator[PublishedRun]:
    columns, read = [*form.architecture, *measured.values()], 0
    with one_line_errors(request.path), _opened(request.path) as file:
        for batch in file.batches(_AT_ONCE, columns):
            for number, row in enumerate(batch.to_pylist(), start=read + 1):
                yield PublishedRun(
                    f"row {number}", _architecture(request.path, number, row, form), _values(row, measured)
                )
            read += len(batch)
            request.watch(read / file.num_rows)


def _opened(path: Path) -> AbstractContextManager[BoundedParquet]:
    check_plain(path)
    return bounded_parquet(path, most=_MOST_AT_ONCE, checksums=True)


def _architecture(path: Path, number: int, row: Mapping[str, Any], form: RowForm) -> tuple[str, ...]:
    for name in form.architecture:
        if row[name] is None:
            raise UsageError(f"{path}: row {number} has no {name!r}")
    return tuple(row[name] for name in form.architecture)


def _values(row: Mapping[str, Any], measured: Mapping[str, str]) -> dict[str, float]:
    return {name: _number(row[column]) for name, column in measured.items()}


def _number(value: Any) -> float:
    if isinstance(value, list):
        return least_number(value)
    return nan if value is None else float(value)
