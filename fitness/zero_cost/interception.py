"""Seeing, and changing, what a network computes, whether its layers are modules or function calls.

Letters: B batch.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

Call = Callable[..., Any]

WEIGHTED: frozenset[Call] = frozenset({functional.conv1d, functional.conv2d, functional.conv3d, functional.linear})
RELUS: frozenset[Call] = frozenset(
    {functional.relu, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_, functional.relu_}
)
NORMALISING: frozenset[Call] = frozenset({functional.batch_norm})


def trained_weight(func: Call, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Tensor | None:
    """Return the weight of a call where it is that of a convolution or a linear map and is trained."""
    if func not in WEIGHTED:
        return None
    weight: Tensor = args[1] if len(args) > 1 else kwargs["weight"]
    return weight if weight.requires_grad else None


class WeightedCalls(TorchFunctionMode):
    """Records the weight and the output of every convolution and linear map whose weight is trained."""

    def __init__(self) -> None:
        """Start with an empty record."""
        super().__init__()
        self.calls: list[tuple[Tensor, Tensor]] = []

    def __torch_function__(self, func: Call, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run ``func``; keep its weight and output."""
        output = func(*args, **(kwargs or {}))
        weight = trained_weight(func, args, kwargs or {})
        if weight is not None and output.requires_grad:
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
        if func not in RELUS:
            return func(*args, **(kwargs or {}))
        output = torch.clamp_min(args[0], 0)
        self._seen(args[0], output)
        return output


class WithoutBatchNorm(TorchFunctionMode):
    """Lets every batch normalisation return its input."""

    def __torch_function__(self, func: Call, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Run ``func`` unless it normalises."""
        return args[0] if func in NORMALISING else func(*args, **(kwargs or {}))
