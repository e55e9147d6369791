"""One Parquet file of a run's log, which grows while others read it.

A file is written whole aside, synced and renamed, so a reader or a killed writer never meets a half-written one. Every
writing repeats the row groups of the one before, byte for byte in the same place, and puts the new rows behind them:
a reader that opens the file twice, as pyarrow's datasets do, finds the rows that its first look promised.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.foundation.bounded_parquet import BoundedParquet, bounded_parquet
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.plain_files import check_plain
from tasks.foundation.whole_files import replacing

PART_ROWS = 1_000
MOST_ROWS = 100 * PART_ROWS
"""Rows of a part that is read, of whatever version."""
PART_GROUPS = 64
"""Each takes 4 to 5 KiB, and every writing repeats them all."""


class LogPart:
    """Rows of one schema on their way to a file; a row group per writing, until the part is full."""

    def __init__(self, path: Path, schema: pa.Schema, groups: Sequence[pa.Table] = ()) -> None:
        """Write to ``path``, where ``groups`` are already."""
        self._path = path
        self._schema = schema
        self._groups = list(groups)
        self._rows: list[dict[str, Any]] = [row for group in groups for row in group.to_pylist()]

    @property
    def rows(self) -> Sequence[dict[str, Any]]:
        """The rows, written or not."""
        return self._rows

    @property
    def full(self) -> bool:
        """Whether the next row belongs into another part."""
        return len(self._rows) >= PART_ROWS or len(self._groups) >= PART_GROUPS

    def append(self, row: dict[str, Any]) -> None:
        """Add a row, which is on disk after the next ``write``."""
        self._rows.append(row)

    def write(self) -> None:
        """Bring every row to disk, where there are new ones; raises OSError."""
        new = self._rows[sum(group.num_rows for group in self._groups) :]
        if new:
            groups = [*self._groups, pa.Table.from_pylist(new, schema=self._schema)]
            write_groups(self._path, self._schema, groups)
            self._groups = groups


def read_part(path: Path, columns: list[str] | None = None, *, later: Collection[str] = ()) -> pa.Table:
    """Return the rows of a part in the order they were written; raises UsageError where it is damaged.

    later: columns that an older part may lack; they are left out of one that does
    """
    with _opened(path) as part:
        missing = set(columns or ()) - set(part.schema.names)
        if missing - set(later):
            raise pa.ArrowInvalid(f"it has no column {min(missing)}")
        return part.read(None if columns is None else [name for name in columns if name not in missing])


def read_groups(path: Path) -> list[pa.Table]:
    """Return what each writing added to a part; raises UsageError where it is damaged."""
    with _opened(path) as part:
        return part.read_groups()


@contextmanager
def _opened(path: Path) -> Iterator[BoundedParquet]:
    try:
        check_plain(path)
        with bounded_parquet(path, rows=MOST_ROWS) as part:  # pq.read_table opens a file twice, this once
            yield part
    except (pa.ArrowException, OSError) as error:
        raise UsageError(
            f"{path}: cannot be read ({first_line(error)}); put a good copy back, or take the file away to score its "
            "trials again"
        ) from error


def write_groups(path: Path, schema: pa.Schema, groups: Sequence[pa.Table]) -> None:
    """Write a part whole, a row group for each table of ``groups``; raises OSError."""
    with replacing(path) as aside, pq.ParquetWriter(aside, schema, compression="zstd") as writer:
        for group in groups:
            writer.write_table(group)
