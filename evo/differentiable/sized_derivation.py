"""Derivation within bounds on the size of networks: where the strongest operations exceed them, the next strongest.

Letters: E edges of a cell, K candidate operations of each of them.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from evo.constraints.size_limits import SizeLimits
from evo.differentiable.relaxations.base import Relaxation
from evo.differentiable.relaxations.limits import derive_within
from spaces import Supernet

_LEAST_LOSS = 1e-12  # of strength: a change that loses none is as good as can be


@dataclass(frozen=True)
class _Derived:
    """An architecture, by which strengths [E, K] of each cell, how far it is outside, and how strong it is in all."""

    strengths: Mapping[str, Tensor]
    candidate: Any
    excess: float
    score: float

    def gain(self, before: "_Derived") -> float:
        """Return how much nearer it is than the one before, for each unit of strength that it has lost."""
        return (before.excess - self.excess) / max(before.score - self.score, _LEAST_LOSS)


@dataclass(frozen=True)
class SizedDerivation:
    """Derives architectures within limits; encode: returns the text of one."""

    limits: SizeLimits
    encode: Callable[[Any], str]

    def derive(self, relaxation: Relaxation, supernet: Supernet[Any]) -> Any:
        """Return what a variant derives, with as many operations changed as it takes to be within limits.

        An edge of a cell gives up its operation for another, and the cells are derived anew, by the rule of the space
        and the variant's own limits. Of the changes that lead within the limits the strongest architecture is taken;
        where none does, the change of each cell that brings it nearest for what it loses in strength, the best first.
        What cannot be brought within by such changes is returned as near as it came; ``admits`` tells.
        """
        candidate = relaxation.derive(supernet)
        if self.admits(candidate):
            return candidate
        descent = _Descent(self, relaxation, supernet)
        now = descent.first()
        while now.excess and (after := descent.next(now)) is not None:
            now = after
        return now.candidate

    def admits(self, candidate: Any) -> bool:
        """Return whether an architecture is within limits."""
        return self.limits.admits(self.encode(candidate))

    def excess(self, candidate: Any) -> float:
        """Return how far an architecture is outside, infinity for one that cannot be built."""
        size = self.limits.size(self.encode(candidate))
        return math.inf if size is None else self.limits.excess(size)


class _Descent:
    """The way of one supernet's architecture to what is within limits."""

    def __init__(self, sized: SizedDerivation, relaxation: Relaxation, supernet: Supernet[Any]) -> None:
        self._sized, self._supernet = sized, supernet
        strengths = relaxation.derivation_strengths(supernet)
        self._strengths = {name: values.detach().cpu().double() for name, values in strengths.items()}
        self._rules = relaxation.derivation_limits(supernet)

    def first(self) -> _Derived:
        """Return what the strengths themselves give."""
        return self._derived(self._strengths)

    def next(self, before: _Derived) -> _Derived | None:
        """Return the best that one change of each cell makes of an architecture, None where none brings it nearer."""
        cells = self._supernet.gates_of(before.candidate).cells
        nearer = {
            name: [each for each in self._changed(before, name, cell.computed or ()) if each.excess < before.excess]
            for name, cell in cells.items()
        }
        if within := [each for found in nearer.values() for each in found if not each.excess]:
            return max(within, key=lambda each: each.score)
        best = {name: max(found, key=lambda each: each.gain(before)) for name, found in nearer.items() if found}
        now = None
        for name in sorted(best, key=lambda name: -best[name].gain(before)):
            now = best[name] if now is None else self._joined(now, best[name], name)
        return now

    def _joined(self, now: _Derived, other: _Derived, name: str) -> _Derived:
        """Return an architecture with another's cell of a name, where that is needed and brings it nearer."""
        if not now.excess:
            return now
        joined = self._derived({**now.strengths, name: other.strengths[name]})
        return joined if joined.excess < now.excess else now

    def _changed(self, before: _Derived, name: str, kept: Sequence[Sequence[int]]) -> Iterator[_Derived]:
        """Yield what becomes of an architecture where an edge of a cell gives up all that beats another operation."""
        for edge, numbers in enumerate(kept):
            for other in range(len(before.strengths[name][edge])) if numbers else ():
                if other != numbers[0] and before.strengths[name][edge, other] > -math.inf:
                    yield self._derived(_without_stronger(before.strengths, name, edge, other))

    def _derived(self, strengths: Mapping[str, Tensor]) -> _Derived:
        candidate = derive_within(self._supernet, strengths, self._rules)
        return _Derived(strengths, candidate, self._sized.excess(candidate), self._score(candidate))

    def _score(self, candidate: Any) -> float:
        """Return the sum of the strengths of all operations that an architecture keeps."""
        cells = self._supernet.gates_of(candidate).cells
        return sum(
            float(self._strengths[name][edge, numbers[0]])
            for name, cell in cells.items()
            for edge, numbers in enumerate(cell.computed or ())
            if numbers
        )


def _without_stronger(strengths: Mapping[str, Tensor], name: str, edge: int, number: int) -> Mapping[str, Tensor]:
    """Return strengths under which nothing on an edge beats one of its operations, by its strength or its place."""
    row = strengths[name][edge]
    stronger = (row > row[number]) | ((row == row[number]) & (torch.arange(len(row)) < number))
    changed = strengths[name].clone()
    changed[edge] = row.masked_fill(stronger, -math.inf)
    return {**strengths, name: changed}
