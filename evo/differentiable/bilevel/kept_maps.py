"""What one pass through a supernet keeps of its maps for the backward pass, and what it would if cells ran again there.

Storages are counted once, however many tensors show them. Sizes are bytes.
"""

from collections.abc import Collection, Sequence
from typing import Any

from torch import Tensor, nn

from spaces import EdgeGates

Storages = dict[int, int]
"""Sizes by address."""


class KeptMaps:
    """Counts, while it runs the cells of a supernet, what autograd keeps inside of them and between them."""

    def __init__(self, weights: Collection[int]) -> None:
        """Leave out storages at these addresses, which are there anyway."""
        self._weights = weights
        self._between: Storages = {}
        self._inside: Storages = {}
        self._in_cell = False
        self._most = 0
        self._all: Storages = {}

    def keep(self, tensor: Tensor) -> Tensor:
        """Note a tensor that autograd keeps."""
        storage = tensor.untyped_storage()
        if (address := storage.data_ptr()) not in self._weights:
            self._all[address] = storage.nbytes()
            (self._inside if self._in_cell else self._between)[address] = storage.nbytes()
        return tensor

    def __call__(self, cell: nn.Module, inputs: Sequence[Tensor], gates: Sequence[EdgeGates]) -> Any:
        """Return what ``cell(inputs, gates)`` does."""
        for each in inputs:
            self._between[each.untyped_storage().data_ptr()] = each.untyped_storage().nbytes()
        self._inside, self._in_cell = {}, True
        found = cell(inputs, gates)
        self._in_cell = False
        self._most = max(self._most, sum((self._between | self._inside).values()))
        return found

    @property
    def kept(self) -> int:
        """The size of all that is kept."""
        return sum(self._all.values())

    @property
    def recomputed(self) -> int:
        """The most that is held at once where maps inside of cells are computed again in the backward pass.

        That is, at each cell, its own maps and what is kept between the cells before it: what the later ones needed is
        freed by then.
        """
        return max(self._most, sum(self._between.values()))
