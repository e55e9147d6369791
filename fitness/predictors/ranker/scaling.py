"""How the matrices of a candidate become the numbers that the ranker reads.

Letters: N candidates, S tokens of the matrices, K <= S those that are kept, V most vertices, F = V * V.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.ranker.tokens import COSTS_PER_CELL, Tokens
from spaces.operation_costs import Place

Reals = NDArray[np.float32]

MACS_UNIT, PARAMS_UNIT = 5e6, 1e5
"""What NAR divides by on NAS-Bench-101: ten million operations, two to a multiply-add, and 100,000 parameters."""


class ScalingKind(StrEnum):
    """How costs are scaled.

    published: as NAR does on NAS-Bench-101, where operations are vertices; not at all where they are edges, as on
        NAS-Bench-201
    standard: every entry less its mean over the members that are learnt from, by its deviation; 0 for an entry that is
        the same in all of them, of which nothing can be learnt
    """

    PUBLISHED = "published"
    STANDARD = "standard"


@dataclass(frozen=True)
class Scaling:
    """tokens: S; kept: numbers [K] of tokens; offset, factor: [S, F]; all but ``tokens`` as arrays of a state."""

    kept: NDArray[np.int64]
    offset: NDArray[np.float64]
    factor: NDArray[np.float64]

    @classmethod
    def of(cls, tokens: Tokens, kind: ScalingKind, *, distinct: bool) -> "Scaling":
        """Return the scaling that suits the members that are learnt from.

        distinct: whether a cell is left out where it costs the same as an earlier one in every member
        """
        flat = _flat(tokens)
        published = kind is ScalingKind.PUBLISHED
        offset = np.zeros(flat.shape[1:]) if published else flat.mean(0)
        factor = _published(tokens) if published else _inverse(flat.std(0))
        kept = _distinct(tokens) if distinct else np.arange(flat.shape[1])
        return cls(kept, offset, factor)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Scaling":
        """Return the scaling that ``arrays`` gave; raises ValueError or KeyError for what no scaling gives."""
        kept, offset, factor = (arrays[name] for name in ("scaling.kept", "scaling.offset", "scaling.factor"))
        if offset.ndim != 2 or offset.shape != factor.shape or kept.ndim != 1 or kept.dtype.kind != "i":
            raise ValueError("its scaling has other shapes than a scaling has")
        if not len(kept) or kept.min() < 0 or kept.max() >= len(offset):
            raise ValueError("its scaling keeps tokens that there are not")
        if {offset.dtype, factor.dtype} != {np.dtype(np.float64)}:
            raise ValueError("its scaling is no 64-bit numbers")
        return cls(kept, offset, factor)

    def check_reads(self, tokens: Tokens) -> None:
        """Raise ValueError unless it is of such candidates' operations, and of costs of at least as many cells."""
        length, vertices = tokens.matrices.shape[1:3]
        read, known = self.offset.shape
        costs = read - tokens.graphs
        if known != vertices**2 or costs < COSTS_PER_CELL or costs % COSTS_PER_CELL:
            raise ValueError(
                f"its scaling reads {read} tokens of {known} numbers, candidates have {length} of {vertices**2}"
            )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return it as arrays of a state."""
        return {"scaling.kept": self.kept, "scaling.offset": self.offset, "scaling.factor": self.factor}

    def __call__(self, tokens: Tokens) -> Reals:
        """Return the numbers [N, K, F] of candidates of S tokens."""
        scaled = (_flat(tokens) - self.offset) * self.factor
        return np.ascontiguousarray(scaled[:, self.kept], dtype=np.float32)


def _flat(tokens: Tokens) -> NDArray[np.float64]:
    count, length, vertices = tokens.matrices.shape[:3]
    return tokens.matrices.reshape(count, length, vertices**2).astype(np.float64)


def _published(tokens: Tokens) -> NDArray[np.float64]:
    """Return factors [S, F]; the codes of operations are taken as they are."""
    length, vertices = tokens.matrices.shape[1:3]
    factor = np.ones((length, vertices**2))
    if tokens.place is Place.VERTEX:
        factor[tokens.graphs :: COSTS_PER_CELL] = 1 / MACS_UNIT
        factor[tokens.graphs + 1 :: COSTS_PER_CELL] = 1 / PARAMS_UNIT
    return factor


def _inverse(deviation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one over each deviation, 0 where it is 0: another candidate's entry may be millions there."""
    return np.where(deviation > 0, 1 / np.where(deviation > 0, deviation, 1), 0.0)


def _distinct(tokens: Tokens) -> NDArray[np.int64]:
    """Return the numbers of the tokens of operations and of those cells that differ from all earlier ones somewhere."""
    seen: set[bytes] = set()
    kept = [*range(tokens.graphs)]
    for first in range(tokens.graphs, tokens.matrices.shape[1], COSTS_PER_CELL):
        cell = tokens.matrices[:, first : first + COSTS_PER_CELL].tobytes()
        if cell not in seen:
            seen.add(cell)
            kept += range(first, first + COSTS_PER_CELL)
    return np.array(kept)
