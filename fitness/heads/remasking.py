"""Keeping what is hidden at the input hidden inside a convolutional network (Tian et al., SparK, 2023).

Letters: B batch, C channels, H height, W width of the image; h height, w width of a map.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from spaces import average_pool_3x3

_SPREADING = frozenset(
    {
        functional.conv2d,
        functional.conv_transpose2d,
        torch.max_pool2d,
        functional.avg_pool2d,
        functional.max_pool2d,
        functional.max_pool2d_with_indices,
        functional.lp_pool2d,
        functional.adaptive_avg_pool2d,
        functional.adaptive_max_pool2d,
        functional.adaptive_max_pool2d_with_indices,
        average_pool_3x3,
    }
)
"""What carries values from one position to another."""


class Remasking(TorchFunctionMode):
    """Multiplies what every convolution and pooling made inside it returns by 0 where all pixels are hidden, else by 1.

    A position of a map is kept where it covers at least one pixel that is seen. So a map coarser than the patches loses
    only positions of which nothing is seen, perhaps none; in a map finer than the image the mask's pixels are
    repeated. Calls of functions are met as well as layers, which hooks on layers would not do.

    It holds for the calls of its own thread between ``__enter__`` and ``__exit__`` and leaves no trace in the network:
    others may run beside it, and gradients may be taken afterwards. What stands between convolutions is left alone: a
    normalisation counts hidden positions too, unlike SparK's, and may shift them off zero until the next convolution.
    A convolution inside of a network's own ``torch.autograd.Function`` would be masked without its gradient: such a
    function has to be one call to the outside, as ``average_pool_3x3`` is.
    """

    def __init__(self, masks: Tensor) -> None:
        """Keep hidden what ``masks`` [B, 1, H, W] hide with a 1."""
        super().__init__()
        self._seen = 1 - masks
        self._brought: dict[tuple[torch.Size, torch.dtype], Tensor] = {}

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run ``func``, and hide its output [B, C, h, w] where it spreads values."""
        output = func(*args, **(kwargs or {}))
        if func not in _SPREADING:
            return output
        if isinstance(output, tuple):  # with the places of the maxima
            return (self._hide(output[0]), *output[1:])
        return self._hide(output)

    def _hide(self, x: Tensor) -> Tensor:
        key = x.shape[-2:], x.dtype
        if key not in self._brought:
            self._brought[key] = functional.adaptive_max_pool2d(self._seen, x.shape[-2:]).to(x.dtype)
        return x * self._brought[key]
