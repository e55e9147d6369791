"""An edge of a relaxed cell: a mixture of its candidate operations (DARTS, Liu et al., 2019).

The mixture is a sum of maps times scalars whose gradient is wanted too. Written plainly, every product is a map of its
own, in the forward pass and again for the gradient of its weight; here products are added to the sum where it stands,
and the gradient of a weight is one inner product. For seven maps that is about half the time on CPUs.

Letters: B batch, C channels, H height, W width, K candidate operations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn

from spaces.cells.drop_path import kept_scale
from spaces.cells.operations import SKIP, ZERO
from spaces.supernet.base import Dropping

Build = Callable[[str, int], nn.Module]  # name and stride of an operation -> its layers


@dataclass(frozen=True, eq=False)
class EdgeGates:
    """What one edge computes in one pass: one row of CellGates, and what Gates say of all edges.

    computed, detached: numbers of candidates
    weights: [K] or None
    scale, added: a scalar or None; what is added is for whoever sums edges, as it needs no map of its own
    auxiliary, dropping: as in Gates
    """

    computed: Sequence[int]
    weights: Tensor | None = None
    detached: Sequence[int] = ()
    scale: Tensor | None = None
    added: Tensor | None = None
    auxiliary: float = 0.0
    dropping: Dropping | None = None

    def draw_scale(self, x: Tensor) -> Tensor | None:
        """Return what the edge's output for ``x`` is multiplied by: a scalar, [B, 1, 1, 1], or None for 1."""
        if self.dropping is None or not self.dropping.paths:
            return self.scale
        kept = kept_scale(self.dropping.paths, (len(x), 1, 1, 1), x, self.dropping.generator)
        return kept if self.scale is None else kept * self.scale


class MixedEdge(nn.Module):
    """The candidate operations of one edge; gates say which are computed and how much each counts."""

    def __init__(self, candidates: Sequence[str], stride: int, build: Build, *, auxiliary: bool = False) -> None:
        """Build the operations; auxiliary: whether a skip that is no candidate stands beside them (DARTS-)."""
        super().__init__()
        self.candidates = tuple(candidates)
        self.operations = nn.ModuleDict({name: build(name, stride) for name in candidates if name != ZERO})
        self.auxiliary = build(SKIP, stride) if auxiliary else None

    def forward(self, x: Tensor, gates: EdgeGates) -> Tensor | None:
        """Return the mixture [B, C, H / stride, W / stride] for ``x`` [B, C, H, W], without scale and what is added.

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


def weighted_sum(maps: Sequence[Tensor], weights: Tensor, numbers: Sequence[int]) -> Tensor:
    """Return the sum [B, C, H, W] of maps of that shape, each times the weight of its number among ``weights`` [K].

    The gradient of a weight that no map has is zero. Gradients can be differentiated again.
    """
    common = reduce(torch.promote_types, (each.dtype for each in maps))  # autocast leaves some maps wider than others
    total: Tensor = _WeightedSum.apply(weights, tuple(numbers), *(each.to(common) for each in maps))
    return total


class _WeightedSum(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, weights: Tensor, numbers: tuple[int, ...], *maps: Tensor) -> Tensor:
        context.save_for_backward(weights, *maps)
        context.numbers = numbers
        factors = weights.unbind()
        total = maps[0] * factors[numbers[0]]
        for number, each in zip(numbers[1:], maps[1:], strict=True):
            total.addcmul_(each, factors[number])
        return total

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        weights, *maps = context.saved_tensors
        of_weights, _, *of_maps = context.needs_input_grad
        factors = weights.unbind()
        to_maps = (
            gradient * factors[number] if needed else None
            for number, needed in zip(context.numbers, of_maps, strict=True)
        )
        return _to_weights(gradient, weights, context.numbers, maps) if of_weights else None, None, *to_maps


def _to_weights(gradient: Tensor, weights: Tensor, numbers: Sequence[int], maps: Sequence[Tensor]) -> Tensor:
    products = {number: _inner_product(gradient, each) for number, each in zip(numbers, maps, strict=True)}
    nothing = gradient.new_zeros(())
    return torch.stack([products.get(number, nothing) for number in range(len(weights))])


def _inner_product(one: Tensor, other: Tensor) -> Tensor:
    if all(each.is_contiguous(memory_format=torch.channels_last) for each in (one, other)):
        one, other = one.permute(0, 2, 3, 1), other.permute(0, 2, 3, 1)  # so that flattening copies nothing
    return torch.dot(one.flatten(), other.flatten())
