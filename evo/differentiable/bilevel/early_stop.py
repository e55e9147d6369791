"""Ending a search before it collapses: R-DARTS' rule on the largest eigenvalue of the Hessian (Zela et al., 2020).

The constants are those of the published program; its paper speaks of a lag of five epochs, the program has four
measurements. The search then ends, or is continued from an earlier epoch with more weight decay; see ``rewinding``.

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
"""The first measurement, from 0, that a search may return to; the ones before say too little."""


def epoch_before_rise(rows: Sequence[Mapping[str, Any]], ratio: float, *, earliest: int = 0) -> int | None:
    """Return the epoch before the eigenvalue rose, None where it has not or nothing is known of it.

    rows: what was logged of its epochs, also of those that a rewind discarded
    ratio: how many times the earlier average a later one may be, 0 for any
    earliest: the first epoch that may be returned, as the search must not return further than at its last rewind
    """
    measured = [(row["epoch"], row["eigenvalue"]) for row in _standing(rows) if row["eigenvalue"] is not None]
    back = reference([value for _, value in measured], ratio) if ratio else None
    return None if back is None or measured[back][0] < earliest else int(measured[back][0])


def _standing(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows of the epochs that the present state results from: those that a rewind discarded are left out."""
    found: list[Mapping[str, Any]] = []
    for row in rows:
        while found and found[-1]["epoch"] >= row["epoch"]:
            found.pop()
        found.append(row)
    return found


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
