"""A log in a folder of numbered Parquet parts, of which only the last grows.

It is readable at any moment, also while it is written and after its writer was killed; see ``LogPart``.
"""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from evo.storage.later_columns import filled, is_older, later_names
from evo.storage.lock_owner import check_owned
from evo.storage.parquet_part import LogPart, read_groups, read_part
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.whole_files import LEFTOVERS

_NAME = re.compile(r"part-\d{5,}\.parquet")
_MEND = "put a good copy back, or take the file away to score its trials again"


def part_paths(folder: Path) -> list[Path]:
    """Return the parts of the log in a folder, oldest first."""
    named = folder.glob("part-*.parquet")
    return sorted((path for path in named if _NAME.fullmatch(path.name)), key=part_number)


def part_number(path: Path) -> int:
    """Return the number of a part."""
    return int(path.stem.partition("-")[2])


def read_log(folder: Path, schema: pa.Schema, columns: list[str] | None = None) -> pa.Table:
    """Return the rows of the log in a folder as they were written; empty where there are none.

    Raises UsageError where a part is damaged, or of another schema.
    """
    tables = [table for _, table in read_parts(folder, schema, columns)]
    if tables:
        return pa.concat_tables(tables)
    return schema.empty_table() if columns is None else schema.empty_table().select(columns)


def read_parts(folder: Path, schema: pa.Schema, columns: list[str] | None = None) -> Iterator[tuple[int, pa.Table]]:
    """Yield the number and the rows of each part, oldest first; raises UsageError as ``read_log`` does."""
    for part in part_paths(folder):
        yield part_number(part), _of_schema(part, read_part(part, columns, later=later_names(schema)), schema, columns)


def _of_schema(part: Path, table: pa.Table, schema: pa.Schema, columns: list[str] | None) -> pa.Table:
    """Return the rows of a part, with columns that are later than it.

    Raises UsageError where a column is of another type than the log's, or all are wanted and one is missing.
    """
    for field in table.schema:
        known = schema.get_field_index(field.name)
        if known >= 0 and field.type != schema.field(known).type:
            raise UsageError(f"{part}: column {field.name} holds {field.type}, not {schema.field(known).type}; {_MEND}")
    missing = set(schema.names) - set(table.column_names) - later_names(schema)
    if columns is None and missing:
        raise UsageError(f"{part}: it has no column {min(missing)}; {_MEND}")
    return filled(table, schema, columns)


def read_readable(folder: Path, schema: pa.Schema) -> tuple[pa.Table, tuple[str, ...]]:
    """Return the rows of all parts that can be read, as they were written, and what is wrong with each of the others.

    Nothing of it is repaired; raises nothing, also where the folder itself cannot be read.
    """
    tables, faults = [schema.empty_table()], list[str]()
    try:
        parts = part_paths(folder)
    except OSError as error:
        return tables[0], (f"{folder}: cannot be read ({error.strerror})",)
    for part in parts:
        try:
            read = _of_schema(part, read_part(part, later=later_names(schema)), schema, None)
            tables.append(read.select(schema.names).cast(schema))
        except (UsageError, pa.ArrowException, ValueError, KeyError) as error:  # the last two: a column is missing
            faults.append(str(error) if isinstance(error, UsageError) else f"{part}: {first_line(error)}")
    return pa.concat_tables(tables), tuple(faults)


class DurableLog:
    """Appends rows to the log in a folder, which has one writer at a time.

    written_s: seconds spent in writing, by this writer
    """

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        """Continue the log; what a killed writer left half-written is thrown away.

        Raises UsageError where the folder cannot be made, or its last part is damaged or of another schema.
        """
        self._folder, self._schema = folder, schema
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: is no folder and cannot be made ({error.strerror}); take it away") from error
        self.written_s = 0.0
        for leftover in folder.glob(LEFTOVERS):
            leftover.unlink()
        self._open_part()

    @property
    def number(self) -> int:
        """The number of the open part, which takes the next row."""
        return self._number

    @property
    def rows(self) -> Sequence[dict[str, Any]]:
        """The rows of the open part, written or not."""
        return self._part.rows

    @property
    def full(self) -> bool:
        """Whether the open part is to be written before the next row comes."""
        return self._part.full

    def path(self, number: int) -> Path:
        """Return the file of a part."""
        return self._folder / f"part-{number:05d}.parquet"

    def append(self, row: dict[str, Any]) -> None:
        """Add a row, which is on disk after the next ``write``."""
        self._part.append(row)

    def write(self) -> None:
        """Write the open part, and open the next one where it is full; raises OSError, TakenOverError among them."""
        begun = time.monotonic()
        check_owned(self._folder)
        self._part.write()
        if self._part.full:
            self._begin(self._number + 1)
        self.written_s += time.monotonic() - begun

    def _open_part(self) -> None:
        parts = part_paths(self._folder)
        groups = read_groups(parts[-1]) if parts else []
        for group in groups:
            _of_schema(parts[-1], group, self._schema, None)
        self._begin(part_number(parts[-1]) if parts else 0, groups)
        if self._part.full or (groups and is_older(groups[0].schema, self._schema)):
            self._begin(self._number + 1)

    def _begin(self, number: int, groups: Sequence[pa.Table] = ()) -> None:
        self._number = number
        self._part = LogPart(self.path(number), self._schema, groups)
