"""How much a Parquet file may hold that is read whole: a few bytes on disk can stand for more than memory has."""

from typing import TYPE_CHECKING

from tasks.foundation.plain_files import NotPlainError

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

MOST_ROWS = 50_000_000
MOST_COLUMNS = 10_000
MOST_UNPACKED_BYTES = 1 << 33
"""8 GiB."""


def check_extent(metadata: "FileMetaData", *, rows: int = MOST_ROWS) -> None:
    """Raise NotPlainError where a file says that it holds more than ``rows`` rows, or far more columns or bytes."""
    unpacked = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    for what, found, most in (
        ("rows", metadata.num_rows, rows),
        ("columns", metadata.num_columns, MOST_COLUMNS),
        ("unpacked bytes", unpacked, MOST_UNPACKED_BYTES),
    ):
        if not 0 <= found <= most:
            raise NotPlainError(f"has {found:,} {what}; at most {most:,} are read")
