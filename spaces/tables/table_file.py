"""Reads the columns of a table from its file, Parquet or CSV, and says in one line what is wrong with it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spaces.tables.table_info import TableInfo, info_of
from tasks.foundation.bounded_parquet import bounded_parquet
from tasks.foundation.errors import UsageError, first_line, unknown_name
from tasks.foundation.output_files import is_there
from tasks.foundation.plain_files import check_plain

Floats = NDArray[np.float64]

CANDIDATE_NAMES = ("candidate", "arch")  # the first of them that a file has
_PARQUET_MAGIC = b"PAR1"


@dataclass(frozen=True)
class TableContents:
    """R candidates in the order of the file, one array [R] per column that was asked for (NaN: no value).

    others: names of the columns that are not numbers.
    """

    info: TableInfo
    candidates: list[str]
    columns: dict[str, Floats]
    others: tuple[str, ...]


def read_table_file(path: Path, columns: Sequence[str] | None) -> TableContents:
    """Return the candidates and the numeric columns of a file, all of them where ``columns`` is None.

    Raises UsageError for a file that is no table, is damaged or empty, or lacks a column.
    """
    if not is_there(path) or not path.is_file():
        raise UsageError(f"{path}: {'is no file' if path.exists() else 'no such file'}")
    with one_line_errors(path):
        check_plain(path)
        read = _read_parquet if _is_parquet(path) else _read_csv
        return read(path, columns)


@contextmanager
def one_line_errors(path: Path) -> Iterator[None]:
    """Turn whatever reading a foreign or damaged file raises into a UsageError."""
    from pyarrow import ArrowException

    try:
        yield
    except UsageError:
        raise
    except (ArrowException, OSError, ValueError, MemoryError) as error:
        raise UsageError(f"{path}: cannot be read as a table: {first_line(error)}") from error


def starts_like_parquet(path: Path) -> bool:
    """Return whether a file's first bytes are those of Parquet, whatever its name; raises OSError."""
    with path.open("rb") as stream:
        return stream.read(len(_PARQUET_MAGIC)) == _PARQUET_MAGIC


def _is_parquet(path: Path) -> bool:
    found = starts_like_parquet(path)
    if not found and path.suffix.lower() != ".csv":
        raise UsageError(f"{path}: neither a Parquet file nor named .csv")
    return found


def _read_parquet(path: Path, columns: Sequence[str] | None) -> TableContents:
    with bounded_parquet(path, checksums=True) as file:
        layout = _layout(path, file.schema, columns)
        table = file.read([layout.candidate, *layout.wanted])
        return _contents(path, table, layout, info_of(file.schema.metadata))


def _read_csv(path: Path, columns: Sequence[str] | None) -> TableContents:
    import pyarrow as pa
    from pyarrow import csv

    as_text = csv.ConvertOptions(column_types=dict.fromkeys(CANDIDATE_NAMES, pa.string()))
    table = csv.read_csv(path, convert_options=as_text)
    return _contents(path, table, _layout(path, table.schema, columns), TableInfo())


@dataclass(frozen=True)
class _Layout:
    """Names of the candidates' column, of the columns to read, and of those that are not numbers."""

    candidate: str
    wanted: tuple[str, ...]
    others: tuple[str, ...]


def _layout(path: Path, schema: Any, columns: Sequence[str] | None) -> _Layout:
    refuse_repeated(path, schema.names)
    candidate = _candidate_column(path, schema)
    measured = {field.name: is_numeric(field.type) for field in schema if field.name != candidate}
    numeric = tuple(name for name, is_numeric in measured.items() if is_numeric)
    for name in columns or ():
        if name not in numeric:
            raise _no_such_column(path, name, measured, numeric)
    if not numeric:
        raise UsageError(f"{path}: no column of numbers beside {candidate!r}, only {', '.join(measured) or 'nothing'}")
    others = tuple(name for name in measured if name not in numeric)
    return _Layout(candidate, numeric if columns is None else tuple(dict.fromkeys(columns)), others)


def _candidate_column(path: Path, schema: Any) -> str:
    from pyarrow import types

    for name in CANDIDATE_NAMES:
        if name in schema.names:
            kind = schema.field(name).type
            if types.is_string(kind) or types.is_large_string(kind):
                return name
            raise UsageError(f"{path}: column {name!r} holds {kind}, not the texts of candidates")
    wanted = " or ".join(map(repr, CANDIDATE_NAMES))
    raise UsageError(f"{path}: no column {wanted}; there are {', '.join(schema.names) or 'none at all'}")


def refuse_repeated(path: Path, names: list[str]) -> None:
    """Raise UsageError where two columns have one name."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"{path}: two columns are called {twice[0]!r}")


def is_numeric(kind: Any) -> bool:
    """Return whether an Arrow type is of numbers or truth values."""
    from pyarrow import types

    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))


def _no_such_column(path: Path, name: str, measured: dict[str, bool], numeric: tuple[str, ...]) -> UsageError:
    if name in measured:
        return UsageError(f"{path}: column {name!r} is not numeric; numeric are {', '.join(numeric) or 'none'}")
    return UsageError(f"{path}: {unknown_name('column', name, numeric, see=f'python -m spaces.tables show {path}')}")


def _contents(path: Path, table: Any, layout: _Layout, info: TableInfo) -> TableContents:
    from pyarrow import compute

    texts = table[layout.candidate]
    if not len(texts):
        raise UsageError(f"{path}: holds no candidate")
    nameless = compute.index(compute.fill_null(compute.binary_length(texts), 0), 0).as_py()
    if nameless >= 0:
        raise UsageError(f"{path}: row {nameless + 1} of {len(texts)} names no candidate")
    columns = {name: _floats(table[name]) for name in layout.wanted}
    return TableContents(info, texts.to_pylist(), columns, layout.others)


def _floats(column: Any) -> Floats:
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_boolean(column.type):
        column = compute.cast(column, pa.uint8())
    floats: Floats = compute.cast(column, pa.float64(), safe=False).to_numpy()
    return floats
