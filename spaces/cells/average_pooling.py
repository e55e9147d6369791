"""3x3 average pooling of stride 1 that leaves out the padding, which trains several times faster on CPUs than torch's.

Torch pools channels-last maps one value at a time. A depthwise convolution with a constant kernel adds the same nine
values with vector instructions; a map of 9 / (neighbours inside the image) turns its sum into the mean. The sum is
its own transpose, so the gradient is the same two steps in reverse order.

Only a network in training needs that, and only there is it used. A network that is traced, exported, compiled, given to
torch.func, or run without gradients has nothing of its own in it: it pools by torch's function.

Letters: B batch, C channels, H height, W width.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import handle_torch_function, has_torch_function_unary

from spaces.program_capture import is_captured


class _Constants(NamedTuple):
    """What maps of one shape [C, H, W] are multiplied by: a kernel [C, 1, 3, 3] of ninths, and 9 / neighbours."""

    kernel: Tensor
    scale: Tensor


class KeptConstants:
    """The constants of the maps that a module met last; copies and files of it hold none."""

    def __init__(self) -> None:
        """Know no maps yet."""
        self._last: _Constants | None = None

    def __reduce__(self) -> tuple[type["KeptConstants"], tuple[()]]:
        """Return what makes a copy: nothing of it."""
        return KeptConstants, ()

    def of(self, x: Tensor) -> _Constants:
        """Return those of maps like ``x`` [B, C, H, W]."""
        last = self._last
        if last is None or last.scale.shape[1:] != x.shape[1:] or last.scale.dtype is not x.dtype:
            last = self._last = _constants_of(x.shape[1:], x.dtype)
        return last


class AveragePool3x3(nn.Module):
    """Means over 3x3 neighbourhoods, [B, C, H, W] to the same shape."""

    def __init__(self) -> None:
        """Keep constants of its own, so that networks share nothing."""
        super().__init__()
        self._kept = KeptConstants()

    def forward(self, x: Tensor) -> Tensor:
        """Return the mean of the neighbours of each position that are inside the map."""
        return average_pool_3x3(x, self._kept if self.training else None)


def average_pool_3x3(x: Tensor, kept: KeptConstants | None = None) -> Tensor:
    """Return what ``AveragePool3x3`` does; to whoever watches the calls of a network this is one, as torch's are.

    kept: of the module, while it trains
    """
    if has_torch_function_unary(x):
        pooled: Tensor = handle_torch_function(average_pool_3x3, (x,), x, kept)
        return pooled
    if kept is None or not _is_worth_it(x):
        return functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
    with torch.autocast("cpu", enabled=False):  # the gradient comes in the precision of ``x``
        pooled = _NeighbourMean.apply(x, kept.of(x))
    return pooled


def _is_worth_it(x: Tensor) -> bool:
    """Return whether ``x`` is a map on a CPU whose gradient is wanted, and nobody but autograd looks on."""
    return not is_captured(x) and x.device.type == "cpu" and x.requires_grad and torch.is_grad_enabled()


class _NeighbourMean(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: Tensor, constants: _Constants) -> Tensor:
        context.constants = constants
        return functional.conv2d(x, constants.kernel, padding=1, groups=x.shape[1]).mul_(constants.scale)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        kernel, scale = context.constants
        return functional.conv2d(gradients[0] * scale, kernel, padding=1, groups=len(kernel)), None


def _constants_of(shape: torch.Size, dtype: torch.dtype) -> _Constants:
    channels, height, width = shape
    kernel = torch.full((channels, 1, 3, 3), 1 / 9, dtype=torch.float64)
    inside = functional.conv2d(torch.ones(1, 1, height, width, dtype=torch.float64), kernel[:1], padding=1)
    scale = (1 / inside).expand(1, channels, height, width)
    return _Constants(_as_used(kernel, dtype), _as_used(scale, dtype))


def _as_used(constant: Tensor, dtype: torch.dtype) -> Tensor:
    return constant.to(dtype).contiguous(memory_format=torch.channels_last)
