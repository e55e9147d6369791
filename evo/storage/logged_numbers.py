"""Numbers of a log's columns, None where a row has none, as arrays with NaN there.

Letters: N candidates.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SIZES = ("params", "macs")
"""Columns with what a network costs."""


def floats(values: Sequence[float | None]) -> Array:
    """Return a column's values [N]."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def first_known(columns: Sequence[Array]) -> Array:
    """Return what any of the runs knows of each candidate [N]: one that timed out may have no size."""
    known = columns[0].copy()
    for column in columns[1:]:
        known = np.where(np.isnan(known), column, known)
    return known
