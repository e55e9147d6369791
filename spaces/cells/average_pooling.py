"""3x3 average pooling of stride 1 that leaves out the padding, several times faster on CPUs than torch's own.

Torch pools channels-last maps one value at a time. A depthwise convolution with a constant kernel adds the same nine
values with vector instructions; a map of 9 / (neighbours inside the image) turns its sum into the mean. The sum is
its own transpose, so the gradient is the same two steps in reverse order.

Letters: B batch, C channels, H height, W width.
"""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import handle_torch_function, has_torch_function_unary

_SHAPES_KEPT = 64  # a network has one per stage


class AveragePool3x3(nn.Module):
    """Means over 3x3 neighbourhoods, [B, C, H, W] to the same shape."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the mean of the neighbours of each position that are inside the map."""
        return average_pool_3x3(x)


def average_pool_3x3(x: Tensor) -> Tensor:
    """Return what ``AveragePool3x3`` does; to whoever watches the calls of a network this is one, as torch's are."""
    if has_torch_function_unary(x):
        pooled: Tensor = handle_torch_function(average_pool_3x3, (x,), x)
        return pooled
    if x.device.type != "cpu":
        return functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
    with torch.autocast("cpu", enabled=False):  # the gradient comes in the precision of ``x``
        pooled = _NeighbourMean.apply(x)
    return pooled


class _NeighbourMean(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: Tensor) -> Tensor:
        context.size = x.shape[1:]
        kernel, scale = _constants(*x.shape[1:], x.dtype)
        return functional.conv2d(x, kernel, padding=1, groups=x.shape[1]).mul_(scale)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Tensor:
        kernel, scale = _constants(*context.size, gradients[0].dtype)
        return functional.conv2d(gradients[0] * scale, kernel, padding=1, groups=context.size[0])


@lru_cache(maxsize=_SHAPES_KEPT)
def _constants(channels: int, height: int, width: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Return the kernel [C, 1, 3, 3] of ninths and the map [1, C, H, W] of 9 / neighbours."""
    with torch.inference_mode(mode=False):  # what is made in inference mode could never be differentiated through
        return _computed_constants(channels, height, width, dtype)


def _computed_constants(channels: int, height: int, width: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    kernel = torch.full((channels, 1, 3, 3), 1 / 9, dtype=torch.float64)
    inside = functional.conv2d(torch.ones(1, 1, height, width, dtype=torch.float64), kernel[:1], padding=1)
    scale = (1 / inside).expand(1, channels, height, width)
    return _as_used(kernel, dtype), _as_used(scale, dtype)


def _as_used(constant: Tensor, dtype: torch.dtype) -> Tensor:
    return constant.to(dtype).contiguous(memory_format=torch.channels_last)
