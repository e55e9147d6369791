"""A weight that many products share, whose gradient is one product instead of a sum of many.

A recurrent layer multiplies by the same matrix at every step. Left to itself, autograd computes a gradient as large as
the matrix for each of these products, and adds them up, which takes longer than the products.

Letters: B rows of a value, I and O columns of a value and of a product.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

from spaces.program_capture import is_captured


@dataclass
class _Uses:
    """What one backward pass has met so far: values [B, I] and gradients of their products [B, O].

    A pass that asks for no gradient of the weight leaves its notes behind; the next one begins with none.
    """

    backward_pass: int = -1
    met: list[tuple[Tensor, Tensor]] = field(default_factory=list)

    def note(self, value: Tensor, gradient: Tensor) -> None:
        current = torch._C._current_graph_task_id()
        if current != self.backward_pass:
            self.backward_pass, self.met = current, []
        self.met.append((value, gradient))

    def take(self) -> list[tuple[Tensor, Tensor]]:
        met, self.met = self.met, []
        return met if self.backward_pass == torch._C._current_graph_task_id() else []


class SharedWeight:
    """Multiplies values by one weight [O, I]; for one forward pass, which may be followed back any number of times.

    There are no second derivatives: asking for them raises RuntimeError. Where the pass is captured, products are
    torch's own.
    """

    def __init__(self, weight: Tensor) -> None:
        """Share ``weight``, in the type that autocast computes in where it is on."""
        device = weight.device.type
        if torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device):
            weight = weight.to(torch.get_autocast_dtype(device))  # once, not at every use
        self._uses = None if is_captured(weight) else _Uses()
        self._weight: Tensor = weight if self._uses is None else _Gathered.apply(weight, self._uses)

    def times(self, value: Tensor) -> Tensor:
        """Return the product of a value [B, I] with the transposed weight, [B, O]."""
        if self._uses is None:
            return functional.linear(value.to(self._weight.dtype), self._weight)
        product: Tensor = _Product.apply(value.to(self._weight.dtype), self._weight, self._uses)
        return product


class _Gathered(torch.autograd.Function):
    """The weight itself; by the time autograd comes back to it, every product has noted its use."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, uses: _Uses) -> Tensor:
        ctx.uses = uses
        ctx.set_materialize_grads(False)
        return weight.view_as(weight)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, None]:
        met = ctx.uses.take()
        if not met:
            return None, None
        values, products = zip(*met, strict=True)
        return torch.cat(products).t() @ torch.cat(values), None


class _Product(torch.autograd.Function):
    """A product that leaves the gradient of its weight to ``_Gathered``."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, weight: Tensor, uses: _Uses) -> Tensor:
        ctx.save_for_backward(value, weight)
        ctx.uses = uses
        return functional.linear(value, weight)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, None, None]:
        value, weight = ctx.saved_tensors
        if ctx.needs_input_grad[1]:
            ctx.uses.note(value, gradients[0])
        return gradients[0] @ weight if ctx.needs_input_grad[0] else None, None, None
