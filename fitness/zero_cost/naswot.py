"""Neural architecture search without training (Mellor et al., 2021): do ReLUs tell images apart?

Letters: B batch.
"""

import math

import torch
from torch import Tensor, nn

from fitness.zero_cost.interception import ReluCalls


class _Kernel:
    """The sum over ReLUs of how many units agree for two images, [B, B], of those ReLUs that a gradient reaches."""

    def __init__(self) -> None:
        self._agreements: list[Tensor] = []
        self._reached: set[int] = set()

    def add(self, before: Tensor, after: Tensor) -> None:
        """Count the units of one ReLU [B, ...]."""
        active = (before.detach() > 0).flatten(1).float()
        number = len(self._agreements)
        self._agreements.append(active @ active.T + (1 - active) @ (1 - active).T)
        if after.requires_grad:
            after.register_hook(  # type: ignore[no-untyped-call]
                lambda gradient: self._reached.add(number)
            )

    def total(self) -> Tensor | None:
        """Return the kernel, or None where there are no such ReLUs."""
        found = [self._agreements[number].double() for number in sorted(self._reached)]
        return torch.stack(found).sum(0) if found else None


def naswot(network: nn.Module, inputs: Tensor, labels: Tensor) -> float:
    """Return the logarithm of the determinant of the kernel [B, B] of agreeing ReLU units.

    Only ReLUs that a gradient of the output reaches are counted. Raises ValueError without any, and where two images
    of ``inputs`` [B, ...] agree in every unit.
    """
    kernel = _Kernel()
    with ReluCalls(kernel.add):
        output = network(inputs)
    if output.requires_grad:
        output.sum().backward()
    agreeing = kernel.total()
    if agreeing is None:
        raise ValueError("naswot: the network has no ReLU between its input and its output")
    alike = int((agreeing == agreeing.diagonal()).sum()) > len(agreeing)  # rounding may leave a determinant above 0
    determinant = float(torch.linalg.slogdet(agreeing).logabsdet)
    if alike or not math.isfinite(determinant):
        raise ValueError("naswot: two images of the batch switch the same units; more different ones are needed")
    return determinant
