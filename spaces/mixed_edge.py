"""An edge of a relaxed cell: a mixture of its candidate operations (DARTS, Liu et al., 2019).

Letters: B batch, C channels, H height, W width, K candidate operations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor, nn

from spaces.base import Dropping
from spaces.cell_operations import ZERO
from spaces.weighted_sum import weighted_sum

SKIP = "skip_connect"

Build = Callable[[str, int], nn.Module]  # name and stride of an operation -> its layers


@dataclass(frozen=True, eq=False)
class EdgeGates:
    """What one edge computes in one pass: one row of CellGates, and what Gates say of all edges.

    weights: [K] or None; computed, detached: numbers of candidates; scale: a scalar or None.
    """

    computed: Sequence[int]
    weights: Tensor | None = None
    detached: Sequence[int] = ()
    scale: Tensor | None = None
    auxiliary: float = 0.0
    dropping: Dropping | None = None

    def draw_scale(self, x: Tensor) -> Tensor | None:
        """Return what the edge's output for ``x`` is multiplied by: a scalar, [B, 1, 1, 1], or None for 1."""
        if self.dropping is None or not self.dropping.paths:
            return self.scale
        kept = kept_scale(self.dropping.paths, (len(x), 1, 1, 1), x, self.dropping.generator)
        return kept if self.scale is None else kept * self.scale


class MixedEdge(nn.Module):
    """The candidate operations of one edge, of which gates say what is computed and how much it counts."""

    def __init__(self, candidates: Sequence[str], stride: int, build: Build, *, auxiliary: bool = False) -> None:
        """Build the operations; auxiliary: whether a skip that is no candidate stands beside them (DARTS-)."""
        super().__init__()
        self.candidates = tuple(candidates)
        self.operations = nn.ModuleDict({name: build(name, stride) for name in candidates if name != ZERO})
        self.auxiliary = build(SKIP, stride) if auxiliary else None

    def forward(self, x: Tensor, gates: EdgeGates) -> Tensor | None:
        """Return the mixture [B, C, H / stride, W / stride] for ``x`` [B, C, H, W], not yet scaled.

        None stands for zeros: ``none`` is computed by leaving it out. Raises ValueError where gates weigh an auxiliary
        skip that the edge does not have.
        """
        numbers = [number for number in gates.computed if self.candidates[number] != ZERO]
        maps = [self._computed(number, x, gates) for number in numbers]
        if gates.auxiliary:
            return self._with_skip(_mixture(maps, gates.weights, numbers), x, gates.auxiliary)
        return _mixture(maps, gates.weights, numbers)

    def _computed(self, number: int, x: Tensor, gates: EdgeGates) -> Tensor:
        operation = self.operations[self.candidates[number]]
        if number in gates.detached:
            with torch.no_grad():
                fixed: Tensor = operation(x)
            return fixed
        output: Tensor = operation(x)
        if gates.dropping and gates.dropping.skips and isinstance(operation, nn.Identity):
            output = output * kept_scale(gates.dropping.skips, output.shape, output, gates.dropping.generator)
        return output

    def _with_skip(self, mixture: Tensor | None, x: Tensor, weight: float) -> Tensor:
        if self.auxiliary is None:
            raise ValueError("gates weigh an auxiliary skip, and this supernet was built without it")
        skip: Tensor = self.auxiliary(x)
        return skip * weight if mixture is None else torch.add(mixture, skip, alpha=weight)


def _mixture(maps: Sequence[Tensor], weights: Tensor | None, numbers: Sequence[int]) -> Tensor | None:
    if not maps:
        return None
    return reduce(torch.add, maps) if weights is None else weighted_sum(maps, weights, numbers)


def kept_scale(chance: float, shape: Sequence[int], like: Tensor, generator: torch.Generator) -> Tensor:
    """Return zeros with this chance and 1 / (1 - chance) elsewhere, where ``like`` is and of its type."""
    drawn = torch.empty(shape, dtype=like.dtype, device=generator.device).bernoulli_(1 - chance, generator=generator)
    return drawn.div_(1 - chance).to(like.device)
