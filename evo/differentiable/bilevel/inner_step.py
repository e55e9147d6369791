"""The step of stochastic gradient descent that a second-order gradient of the architecture looks through."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class InnerStep:
    """w' = w - rate * (momentum * buffer + gradient + decay * w): SGD without dampening and without Nesterov's form.

    decays, buffers: one for each weight, in the order of the weights; None for a buffer of zeros.
    """

    rate: float
    momentum: float
    decays: Sequence[float]
    buffers: Sequence[Tensor | None]

    @classmethod
    def of(cls, optimizer: torch.optim.SGD, weights: Sequence[Tensor]) -> "InnerStep":
        """Return the step that the optimiser would make next with these of its weights.

        Raises ValueError for a weight that is not the optimiser's, for several rates or momenta, and for another form
        of SGD.
        """
        group_of = {weight: group for group in optimizer.param_groups for weight in group["params"]}
        if not all(weight in group_of for weight in weights):
            raise ValueError("a weight is not among those of the optimiser")
        groups = [group_of[weight] for weight in weights]
        kinds = {(group["lr"], group["momentum"]) for group in groups}
        if len(kinds) != 1 or any(group["nesterov"] or group["dampening"] or group["maximize"] for group in groups):
            raise ValueError("one learning rate and one momentum for all weights and plain SGD are needed")
        ((rate, momentum),) = kinds
        buffers = [optimizer.state[weight].get("momentum_buffer") for weight in weights]
        return cls(rate, momentum, [group["weight_decay"] for group in groups], buffers)

    def directions(self, weights: Sequence[Tensor], gradients: Sequence[Tensor | None]) -> list[Tensor]:
        """Return what each weight is moved by, divided by -rate; zeros where there is no gradient, as SGD moves."""
        return [
            torch.zeros_like(weight) if gradient is None else self._direction(weight, gradient, decay, buffer)
            for weight, gradient, decay, buffer in zip(weights, gradients, self.decays, self.buffers, strict=True)
        ]

    def _direction(self, weight: Tensor, gradient: Tensor, decay: float, buffer: Tensor | None) -> Tensor:
        direction = torch.add(gradient, weight.detach(), alpha=decay)
        return direction if buffer is None else direction.add_(buffer, alpha=self.momentum)
