"""How alike members rank, with each other and with the size of networks: a matrix of Spearman's rho.

Letters: N candidates, K columns.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.rank_statistics import spearman

Array = NDArray[np.float64]

NOTHING_BUT_SIZE = 0.95
"""A member whose rho with parameters or multiply-adds is as high as this, whatever its sign, says nothing else."""
SIZES = ("params", "macs")
_COLUMNS, _CELL = 9, 7  # of a text that fits 80 characters beside the names of its rows


def rank_correlation_of(one: Array, other: Array) -> float:
    """Return Spearman's rho of two columns [N] where both are finite; NaN where either is constant there."""
    both = np.isfinite(one) & np.isfinite(other)
    return spearman(one[both], other[both]) if both.sum() > 1 else math.nan


@dataclass(frozen=True)
class Correlations:
    """Spearman's rho of each column with each, symmetric: labels [K] and rho [K, K], NaN where it is not defined."""

    labels: tuple[str, ...]
    rho: Array

    @classmethod
    def of(cls, columns: Mapping[str, Array]) -> "Correlations":
        """Return the correlations of columns [N] by label; rows that are not finite in either of two are left out."""
        values = list(columns.values())
        rho = [[rank_correlation_of(one, other) for other in values] for one in values]
        return cls(tuple(columns), np.array(rho, dtype=float).reshape(len(values), len(values)))

    def between(self, one: str, other: str) -> float:
        """Return rho of two labels; raises ValueError for one that there is not."""
        return float(self.rho[self.labels.index(one), self.labels.index(other)])

    def lines(self, names: Mapping[str, str]) -> Iterator[str]:
        """Yield the matrix as text of at most 80 characters a line, in blocks of columns.

        names: short ones, of at most 6 characters, for labels; the others stand as they are
        """
        short = [names.get(label, label) for label in self.labels]
        width = max(map(len, short))
        for start in range(0, len(short), _COLUMNS):
            block = slice(start, start + _COLUMNS)
            yield f"{'':{width}}{''.join(f'{name:>{_CELL}}' for name in short[block])}"
            for name, row in zip(short, self.rho[:, block], strict=True):
                yield f"{name:{width}}{''.join(f'{_shown(rho):>{_CELL}}' for rho in row)}"


def _shown(rho: float) -> str:
    return "-" if math.isnan(rho) else f"{rho:.2f}"


def size_correlation(scores: Array, sizes: Mapping[str, Array]) -> tuple[str, float]:
    """Return which of ``sizes`` scores [N] follow most, and Spearman's rho with it; ("", NaN) where none is defined."""
    found = {name: rank_correlation_of(scores, size) for name, size in sizes.items()}
    defined = {name: rho for name, rho in found.items() if not math.isnan(rho)}
    name = max(defined, key=lambda each: abs(defined[each]), default="")
    return name, defined.get(name, math.nan)
