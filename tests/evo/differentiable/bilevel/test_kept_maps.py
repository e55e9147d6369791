"""Catches: maps counted twice or not at all, weights counted as maps; cells whose inputs or inside are left out, or
that are all counted at once where one after the other is computed again.
"""

from typing import Any, cast

import torch
from torch import Tensor, nn

from evo.differentiable.bilevel.kept_maps import KeptMaps


class Cell(nn.Module):
    """Keeps two maps of the size of its input, one of which is the input where it is squared."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def forward(self, inputs: Any, gates: Any) -> Tensor:
        (x,) = inputs
        for _ in range(self.times):
            x = x.exp()  # keeps its result
        return cast(Tensor, x)


def counted(counter: KeptMaps) -> Any:
    return torch.autograd.graph.saved_tensors_hooks(counter.keep, lambda kept: kept)


def test_maps_are_counted_once_and_weights_are_not() -> None:
    weight, images = torch.ones(3, requires_grad=True), torch.zeros(2, 3)
    counter = KeptMaps({weight.untyped_storage().data_ptr()})
    with counted(counter):
        scaled = images * weight  # keeps the images, 24 bytes, and the weight
        (scaled.exp() * scaled).sum()  # keeps the product, met in two places, and its exponential: 24 bytes each
    assert counter.kept == counter.recomputed == 3 * 24


def test_of_cells_that_are_computed_again_one_counts_at_a_time() -> None:
    images, counter = torch.zeros(2, 3, requires_grad=True), KeptMaps(set())
    with counted(counter):
        first = counter(Cell(4), [images], [])
        second = counter(Cell(2), [first], [])
        last = second.exp()
    # kept: 4 + 2 + 1 exponentials. Computed again, the first cell holds its input and 4 maps, the last of which is the
    # second cell's input; the second both inputs and its 2 maps; at the end both inputs and the last map are there
    assert counter.kept == 7 * 24
    assert counter.recomputed == 5 * 24
    with counted(longer := KeptMaps(set())):
        second = longer(Cell(3), [longer(Cell(2), [images], [])], [])
    assert longer.recomputed == (2 + 3) * 24
    with counted(between := KeptMaps(set())):
        x: Tensor = between(Cell(1), [images], [])
        for _ in range(5):
            x = x.exp()
    assert between.recomputed == (1 + 5) * 24
    del last, second
