"""What a network's layers make of a batch: a matrix for each, with a column for each of its channels.

Letters: B batch, C channels of a layer, N places: positions of all images.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from fitness.zero_cost.interception import RELUS, Call, trained_weight

ACTIVATIONS: frozenset[Call] = RELUS | {
    *(functional.leaky_relu, functional.elu, functional.selu, functional.celu, functional.gelu, functional.silu),
    *(functional.relu6, functional.hardtanh, functional.hardswish, functional.mish, functional.softplus),
    *(torch.tanh, Tensor.tanh, functional.tanh, torch.sigmoid, Tensor.sigmoid, functional.sigmoid),
}
_PARTING = frozenset({torch.split, Tensor.split, torch.chunk, Tensor.chunk})


@dataclass
class _Kept:
    """What is kept of a map, and the channels of each of the layers that computed it together."""

    matrix: Tensor
    widths: Sequence[int]


class LayerMaps(TorchFunctionMode):
    """Keeps what ``keep`` makes of the matrix [N, C] of every map, a matrix of as many columns.

    Maps are the outputs of convolutions and linear maps whose weights are trained, and of the functions ``of``. Layers
    that are computed as one, and taken apart by channels at once, count apart. Gradients have to be recorded.
    """

    def __init__(self, of: Collection[Call], keep: Callable[[Tensor], Tensor]) -> None:
        """Keep nothing yet."""
        super().__init__()
        self._of, self._keep = frozenset(of), keep
        self._kept: list[_Kept] = []
        self._row: list[_Kept] = []  # the last of them that were made of each other
        self._last: Tensor | None = None
        self._axis = 1

    def __torch_function__(self, func: Call, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run ``func``; keep its map where it is one of a layer's."""
        kwargs = kwargs or {}
        follows = bool(args) and args[0] is self._last
        output = func(*args, **kwargs)
        if func in _PARTING and follows:
            self._part(output)
        elif trained_weight(func, args, kwargs) is not None or func in self._of:
            self._add(func, output, follows)
        return output

    def matrices(self) -> list[Tensor]:
        """Return what was kept, layer by layer."""
        return [part for kept in self._kept for part in torch.split(kept.matrix, list(kept.widths), dim=1)]

    def _add(self, func: Call, output: Tensor, follows: bool) -> None:
        if not follows:
            self._row, self._axis = [], -1 if func is functional.linear else 1
        self._last = output
        matrix = output.detach().movedim(self._axis, -1).flatten(0, -2)
        self._row.append(_Kept(self._keep(matrix), [matrix.shape[1]]))
        self._kept.append(self._row[-1])

    def _part(self, parts: Sequence[Tensor]) -> None:
        widths = [part.shape[self._axis] for part in parts]
        for kept in self._row:
            if sum(widths) == sum(kept.widths):
                kept.widths = widths
