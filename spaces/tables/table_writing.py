"""Writes a table whole or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path

from spaces.tables.table_file import Floats
from spaces.tables.table_info import TableInfo
from tasks.foundation.errors import UsageError, first_line


def write_table(path: Path, info: TableInfo, candidates: list[str], columns: Mapping[str, Floats]) -> None:
    """Write R candidates and columns of R numbers, NaN as no value, to a Parquet file, or to one named .csv.

    A CSV file has no place for ``info``. It is written beside the path, synced and renamed; whatever stops this leaves
    nothing behind. Raises UsageError where the file system refuses.
    """
    import pyarrow as pa

    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    table = pa.table({"candidate": pa.array(candidates, pa.string()), **arrays})
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.unlink(missing_ok=True)
    try:
        _write_synced(partial, table.replace_schema_metadata(info.to_metadata()), as_csv=is_csv(path))
        os.replace(partial, path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {first_line(error)}") from error
    finally:
        partial.unlink(missing_ok=True)


def is_csv(path: Path) -> bool:
    """Return whether a table of this name is written as CSV."""
    return path.suffix.lower() == ".csv"


def _write_synced(path: Path, table: object, *, as_csv: bool) -> None:
    from pyarrow import csv, parquet

    with path.open("xb") as stream:  # a new file: no link is written through
        if as_csv:
            csv.write_csv(table, stream)
        else:
            parquet.write_table(table, stream, compression="zstd", write_page_checksum=True)
        stream.flush()
        os.fsync(stream.fileno())
