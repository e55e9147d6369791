"""A weight that many products share, whose gradient is one product instead of a sum of many.

A recurrent layer multiplies by the same matrix at every step. Left to itself, autograd computes a gradient as large as
the matrix for each of these products, and adds them up, which takes longer than the products.

Letters: B rows of a value, I and O columns of a value and of a product.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

_Uses = list[tuple[Tensor, Tensor]]  # value [B, I] and gradient of its product [B, O]


class SharedWeight:
    """Multiplies values by one weight [O, I]; for one forward pass, which may be followed back any number of times."""

    def __init__(self, weight: Tensor) -> None:
        """Share ``weight``, in the type that autocast computes in where it is on."""
        device = weight.device.type
        if torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device):
            weight = weight.to(torch.get_autocast_dtype(device))  # once, not at every use
        self._uses: _Uses = []
        self._weight: Tensor = _Gathered.apply(weight, self._uses)

    def times(self, value: Tensor) -> Tensor:
        """Return the product of a value [B, I] with the transposed weight, [B, O]."""
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
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, None]:
        if not ctx.uses:
            return None, None
        values, products = zip(*ctx.uses, strict=True)
        ctx.uses.clear()
        return torch.cat(products).t() @ torch.cat(values), None


class _Product(torch.autograd.Function):
    """A product that leaves the gradient of its weight to ``_Gathered``."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, weight: Tensor, uses: _Uses) -> Tensor:
        ctx.save_for_backward(value, weight)
        ctx.uses = uses
        return functional.linear(value, weight)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, None, None]:
        value, weight = ctx.saved_tensors
        if ctx.needs_input_grad[1]:
            ctx.uses.append((value, gradients[0]))
        return gradients[0] @ weight if ctx.needs_input_grad[0] else None, None, None
