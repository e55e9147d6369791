"""Ending a search before it collapses: R-DARTS' rule on the largest eigenvalue of the Hessian (Zela et al., 2020).

The published program's constants; its paper speaks of a lag of five epochs, the program has four measurements. Only
its early stop is here; its adaptive regularisation, which goes back and goes on with more weight decay, is not.

Letters: M measurements.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

WINDOW = 5
"""Measurements in a local average, which is that of the one in the middle."""
LAG = 4
"""Measurements between the two averages that are compared."""
EARLIEST = 5
"""The first measurement, from 0, that a search goes back to; the ones before say too little."""


def answer_of(rows: Sequence[Mapping[str, Any]], ratio: float) -> int | None:
    """Return the epoch whose architecture a search ends with, None where it goes on.

    rows: what was logged of its epochs; ratio: how many times the earlier average a later one may be, 0 for any.
    """
    measured = [(row["epoch"], row["eigenvalue"]) for row in rows if row["eigenvalue"] is not None]
    back = reference([value for _, value in measured], ratio) if ratio else None
    return None if back is None else int(measured[back][0])


def reference(eigenvalues: Sequence[float], ratio: float) -> int | None:
    """Return the number of the measurement before the latest rise of eigenvalues [M], None where they have not risen.

    They have where their local average is more than ``ratio`` times what it was ``LAG`` measurements before, and that
    was above 0; what is not a number has not risen.
    """
    back = len(eigenvalues) - 1 - WINDOW // 2 - LAG
    if back < EARLIEST:
        return None
    late, early = (_average(eigenvalues, middle) for middle in (back + LAG, back))
    return back if early > 0 and late > ratio * early else None


def _average(eigenvalues: Sequence[float], middle: int) -> float:
    return fmean(eigenvalues[middle - WINDOW // 2 : middle + WINDOW // 2 + 1])
