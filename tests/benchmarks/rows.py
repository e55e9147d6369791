"""Disjoint seeded samples of a published table: settings are chosen on rows A and reported on rows B."""

import os
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from tasks import derive_rng

TABLES = Path(os.environ.get("SELFNAS_TABLES", "../shared/tables"))


def read_rows(name: str, rows: str, count: int, *, seed: int = 0) -> dict[str, np.ndarray]:
    """Return the columns of ``count`` rows of table ``name``: ``rows`` A and B never share one, whatever the counts.

    Raises FileNotFoundError where the table is absent: set SELFNAS_TABLES to the folder that holds it.
    """
    table = pq.read_table(TABLES / f"{name}.parquet")
    shuffled = derive_rng(seed, "rows", name).permutation(table.num_rows)
    half = shuffled["AB".index(rows) :: 2]
    return {column: table[column].to_numpy(zero_copy_only=False)[half[:count]] for column in table.column_names}
