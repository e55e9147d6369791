"""Gathers measurements by candidate and averages those of repeated runs, in memory of the size of the result."""

from array import array
from collections.abc import Collection, Iterable, Mapping

import numpy as np

from spaces.tables.table_file import Floats


class MeanRows:
    """R candidates in the order in which they came first."""

    def __init__(self, columns: Iterable[str], *, sizes: Collection[str] = ()) -> None:
        """Name the columns; sizes: those of which the first stated is kept, and no mean taken."""
        self._rows: dict[str, int] = {}
        self._sums = {name: array("d") for name in columns}
        self._counts = {name: array("I") for name in self._sums}
        self._sizes = frozenset(sizes)
        self._stated: dict[tuple[int, str], list[float]] = {}

    def __len__(self) -> int:
        """Return R."""
        return len(self._rows)

    def add(self, candidate: str, values: Mapping[str, float]) -> None:
        """Take one run's measurements; NaN counts as none."""
        if candidate not in self._rows:
            self._append(candidate)
        row = self._rows[candidate]
        for name, value in values.items():
            if value == value and not (name in self._sizes and self._counts[name][row]):
                self._sums[name][row] += value
                self._counts[name][row] += 1
            elif value == value and value != self._sums[name][row]:
                self._keep_other(row, name, value)

    def stated_sizes(self) -> Mapping[tuple[int, str], list[float]]:
        """Return all different sizes of a row and column, in the order of the runs, where there are several."""
        return self._stated

    def candidates(self) -> list[str]:
        """Return the texts of the candidates."""
        return list(self._rows)

    def means(self) -> dict[str, Floats]:
        """Return the mean per candidate [R] of every column, NaN where there was no value; empty columns are left out.

        Of sizes it is the first that was stated.

        Infinite values stay infinite.
        """
        return {name: self._mean(name) for name, counts in self._counts.items() if any(counts)}

    def _mean(self, name: str) -> Floats:
        sums, counts = np.array(self._sums[name], float), np.array(self._counts[name], float)
        means: Floats = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
        return means

    def _keep_other(self, row: int, name: str, size: float) -> None:
        stated = self._stated.setdefault((row, name), [self._sums[name][row]])
        if size not in stated:
            stated.append(size)

    def _append(self, candidate: str) -> None:
        self._rows[candidate] = len(self._rows)
        for name, sums in self._sums.items():
            sums.append(0.0)
            self._counts[name].append(0)
