"""Mutants of a NAS-Bench-201 cell, many at once, each as one number.

Letters: N cells.
"""

from collections.abc import Sequence

import numpy as np

from spaces.nasbench201.cell import EDGES, OPERATIONS, NasBench201Cell
from spaces.table_pool import Signatures

RESAMPLE_PROBABILITY = 0.2
"""Per edge, of a draw from all five operations: GenNAS, Li et al., 2021."""

_WORTH = len(OPERATIONS) ** np.arange(len(EDGES), dtype=np.uint64)
_CODE = {operation: code for code, operation in enumerate(OPERATIONS)}


def signatures_of(cells: Sequence[NasBench201Cell]) -> Signatures:
    """Return a number [N] for each cell, from 1 on, that no other cell has."""
    return _numbered(np.array([[_CODE[operation] for operation in cell.operations] for cell in cells]))


def mutant_signatures(cell: NasBench201Cell, count: int, rng: np.random.Generator) -> Signatures:
    """Return the signatures [1 + N] of a cell and of ``count`` cells drawn as the space's mutation draws them.

    The cell itself may be among those, too.
    """
    own = np.array([[_CODE[operation] for operation in cell.operations]])
    drawn = rng.integers(len(OPERATIONS), size=(count, len(EDGES)))
    mutants = np.where(rng.random((count, len(EDGES))) < RESAMPLE_PROBABILITY, drawn, own)
    return _numbered(np.concatenate([own, mutants]))


def _numbered(codes: np.ndarray) -> Signatures:
    """Return the numbers [N] of codes [N, 6] of operations."""
    numbers: Signatures = codes.astype(np.uint64) @ _WORTH + np.uint64(1)
    return numbers
