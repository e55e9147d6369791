"""The largest eigenvalue of the Hessian of a loss, which grows before a gradient search collapses (Zela et al., 2020).

It is the largest of the eigenvalues with their signs, not of their sizes.

Letters: N values in all parameters, K steps of Lanczos' method.
"""

import math
from collections.abc import Sequence

import torch
from scipy.linalg import eigh_tridiagonal
from torch import Tensor

from evo.differentiable.bilevel.pass_state import Loss

EXACT_UP_TO = 512
"""Values in parameters; a supernet of DARTS' space has 224."""


def dominant_eigenvalue(
    loss: Loss,
    parameters: Sequence[Tensor],
    *,
    generator: torch.Generator,
    exact_up_to: int = EXACT_UP_TO,
    tolerance: float = 1e-6,
    most_products: int = 100,
) -> float:
    """Return the largest eigenvalue of the Hessian of a loss with respect to parameters, at their present values.

    Up to ``exact_up_to`` values in all parameters the whole Hessian is computed, in one product with a vector for each
    value. For more of them Lanczos' method starts from a normal vector of ``generator`` and stops when an eigenvalue is
    known to be at most ``tolerance`` times the largest size of one away, or after ``most_products``; the result is then
    a lower bound. The loss is called once, and its graph is followed back for every product. What it does not depend on
    are rows of zeros. Parameters and their ``grad`` stay as they are; see ``PassState.repeatable`` for what else a pass
    changes. NaN for a Hessian that is not finite. Raises ValueError without parameters, and for a tolerance or a number
    of products that is not above 0.
    """
    size = sum(parameter.numel() for parameter in parameters)
    if not (size and tolerance > 0 and most_products > 0):
        raise ValueError(
            f"{size} values in parameters, tolerance={tolerance}, most_products={most_products}: all must be above 0"
        )
    hessian = _Hessian(loss, parameters)
    if size <= exact_up_to:
        return _largest(torch.stack([hessian.times(unit) for unit in torch.eye(size, dtype=torch.float64)]))
    start = torch.randn(size, dtype=torch.float64, device=generator.device, generator=generator).cpu()
    return _lanczos(hessian, start, tolerance, most_products)


class _Hessian:
    """The second derivatives [N, N] of a loss at one point, known by their products with vectors."""

    def __init__(self, loss: Loss, parameters: Sequence[Tensor]) -> None:
        self._parameters = parameters
        self._sizes = [parameter.numel() for parameter in parameters]
        value = loss()
        self._gradients = (
            torch.autograd.grad(value, parameters, create_graph=True, allow_unused=True)
            if value.requires_grad
            else [None] * len(parameters)
        )

    def times(self, vector: Tensor) -> Tensor:
        """Return the product [N] with a vector [N], both float64 on the CPU."""
        parts = zip(self._gradients, self._parameters, torch.split(vector, self._sizes), strict=True)
        curved = [
            (gradient, part.view_as(parameter).to(gradient))
            for gradient, parameter, part in parts
            if gradient is not None and gradient.requires_grad  # that of a linear loss does not
        ]
        if not curved:
            return torch.zeros_like(vector)
        gradients, directions = zip(*curved, strict=True)
        rows = torch.autograd.grad(
            gradients, self._parameters, directions, retain_graph=True, allow_unused=True, materialize_grads=True
        )
        return torch.cat([row.flatten().double().cpu() for row in rows])


def _largest(hessian: Tensor) -> float:
    """Return the largest eigenvalue of a matrix [N, N] that is symmetric but for rounding."""
    finite = bool(hessian.isfinite().all())
    return float(torch.linalg.eigvalsh((hessian + hessian.T) / 2)[-1]) if finite else math.nan


def _lanczos(hessian: _Hessian, start: Tensor, tolerance: float, most_products: int) -> float:
    """Return the largest eigenvalue within the span [K, N] of the start [N] and its products."""
    span = (start / start.norm()).unsqueeze(0)
    diagonal: list[float] = []
    beside: list[float] = []
    while True:
        product = hessian.times(span[-1])
        if not product.isfinite().all():
            return math.nan
        diagonal.append(float(product @ span[-1]))
        values, vectors = eigh_tridiagonal(diagonal, beside)
        rest = _orthogonal(_orthogonal(product, span), span)  # once would leave what rounding made parallel
        beside.append(float(rest.norm()))
        error = beside[-1] * abs(vectors[-1, -1])  # how far the Hessian turns the eigenvector out of the span
        if error <= tolerance * abs(values).max() or len(span) == most_products:
            return float(values[-1])
        span = torch.cat([span, rest.unsqueeze(0) / beside[-1]])


def _orthogonal(vector: Tensor, span: Tensor) -> Tensor:
    """Return a vector [N] less its part in the span of orthonormal rows [K, N]."""
    return vector - span.T @ (span @ vector)
