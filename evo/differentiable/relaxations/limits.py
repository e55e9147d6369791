"""Derivation under limits, such as at most two skips in a cell.

Letters: E edges of a cell, K candidate operations of each of them.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from spaces import Supernet


def anything(operation: str) -> bool:
    """Return True."""
    return True


@dataclass(frozen=True)
class Limit:
    """At most ``most`` of the operations that ``counted`` names; ``instead`` says which may take their places."""

    counted: Callable[[str], bool]
    most: int
    instead: Callable[[str], bool] = anything


@dataclass(frozen=True)
class _Cell:
    """A derived cell and what it was derived from; kept: the number of the operation on every edge that it keeps."""

    edges: Sequence[tuple[int, int]]
    candidates: Sequence[Sequence[str]]
    strengths: Tensor
    kept: Mapping[int, int]

    def obey(self, limit: Limit) -> bool:
        """Return False if the limit is kept or cannot be; otherwise drop the weakest operation beyond it."""
        counted = [edge for edge, number in self.kept.items() if limit.counted(self.candidates[edge][number])]
        left = [edge for edge in counted if self._strength(edge) > -math.inf]
        if len(counted) <= limit.most or not left:
            return False
        self._drop(min(left, key=self._strength), limit)
        return True

    def _strength(self, edge: int) -> float:
        return float(self.strengths[edge, self.kept[edge]])

    def _drop(self, dropped: int, limit: Limit) -> None:
        """Make the operation on an edge the last choice, and so what may not replace it on edges that could."""
        self.strengths[dropped, self.kept[dropped]] = -math.inf
        for edge, (_, node) in enumerate(self.edges):
            if edge == dropped or (node == self.edges[dropped][1] and edge not in self.kept):
                barred = [not limit.instead(operation) for operation in self.candidates[edge]]
                self.strengths[edge].masked_fill_(self.strengths.new_tensor(barred).bool(), -math.inf)


def derive_within(
    supernet: Supernet[Any], strengths: Mapping[str, Tensor], limits: Mapping[str, Sequence[Limit]]
) -> Any:
    """Return what is derived of strengths [E, K] of each cell once limits, by the name of the cell, are kept.

    While there are too many, the weakest of them is dropped and the cells are derived anew (P-DARTS, Chen et al.,
    2019). Where a node has nothing else to keep, a limit is exceeded.
    """
    left = {name: values.detach().clone() for name, values in strengths.items()}
    candidate = supernet.derive(left)
    while any(
        [_cell(supernet, name, candidate, left).obey(limit) for name, rules in limits.items() for limit in rules]
    ):
        candidate = supernet.derive(left)
    return candidate


def _cell(supernet: Supernet[Any], name: str, candidate: Any, strengths: Mapping[str, Tensor]) -> _Cell:
    computed = supernet.gates_of(candidate).cells[name].computed or ()
    kept = {edge: numbers[0] for edge, numbers in enumerate(computed) if numbers}
    return _Cell(supernet.edges, supernet.candidates[name], strengths[name], kept)
