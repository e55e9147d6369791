"""Seeing, and changing, what a network computes, whether its layers are modules or function calls.

Letters: B batch.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

_WEIGHTED = frozenset({functional.conv1d, functional.conv2d, functional.conv3d, functional.linear})
_RELUS = frozenset({functional.relu, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_, functional.relu_})
_NORMALISING = frozenset({functional.batch_norm})

Call = Callable[..., Any]


class WeightedCalls(TorchFunctionMode):
    """Records the weight and the output of every convolution and linear map whose weight is trained."""

    def __init__(self) -> None:
        """Start with an empty record."""
        super().__init__()
        self.calls: list[tuple[Tensor, Tensor]] = []

    def __torch_function__(self, func: Call, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run ``func``; keep its weight and output."""
        output = func(*args, **(kwargs or {}))
        if func in _WEIGHTED:
            weight = args[1] if len(args) > 1 else kwargs["weight"]
            if weight.requires_grad and output.requires_grad:
                self.calls.append((weight, output))
        return output


class ReluCalls(TorchFunctionMode):
    """Hands the input and the output of every ReLU to a function."""

    def __init__(self, seen: Callable[[Tensor, Tensor], None]) -> None:
        """Call ``seen(input, output)`` at every ReLU."""
        super().__init__()
        self._seen = seen

    def __torch_function__(self, func: Call, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run ``func``, a ReLU always out of place."""
        if func not in _RELUS:
            return func(*args, **(kwargs or {}))
        output = torch.clamp_min(args[0], 0)
        self._seen(args[0], output)
        return output


class WithoutBatchNorm(TorchFunctionMode):
    """Lets every batch normalisation return its input."""

    def __torch_function__(self, func: Call, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run ``func`` unless it normalises."""
        return args[0] if func in _NORMALISING else func(*args, **(kwargs or {}))
