"""Small Parquet files that stand for more than memory holds."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def repeated(text: str, rows: int) -> pa.DictionaryArray:
    """Return a column of one text, which is in memory once."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text]))


def write_dense(path: Path, *names: str, length: int = 2_000_000, rows: int = 20_000) -> Path:
    """Write columns of one long text in every row, and one of numbers; some kilobytes that stand for many gigabytes."""
    columns = {name: repeated("x" * length, rows) for name in names}
    pq.write_table(pa.table({**columns, "value": np.zeros(rows)}), path, compression="zstd", store_schema=False)
    return path
