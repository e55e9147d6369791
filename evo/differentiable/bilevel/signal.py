"""How much of the architecture gradients of an epoch is signal: their mean against what noise alone would leave of it.

Letters: N values in all parameters, T steps.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

LEAST_STEPS = 2
"""Of a single step nobody knows how far it is from the next one."""


class GradientSignal:
    """The gradients of an epoch's steps, as their mean and their squared distances to it; none of them is kept.

    Both are float64 and stay on the parameters' device, so that no step waits for them.
    """

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        """Begin an epoch with parameters of N values in all."""
        sizes = [parameter.numel() for parameter in parameters]
        self._mean = [torch.zeros(size, dtype=torch.float64, device=parameters[0].device) for size in sizes]
        self._squares = torch.zeros((), dtype=torch.float64, device=parameters[0].device)
        self._steps = 0

    @torch.no_grad()
    def add(self, gradients: Sequence[Tensor | None]) -> None:
        """Take the gradient of one step, a tensor for each parameter; None, as of a frozen cell, counts as zeros."""
        self._steps += 1
        for mean, gradient in zip(self._mean, gradients, strict=True):
            away = -mean if gradient is None else gradient.detach().flatten().double() - mean
            mean += away / self._steps
            self._squares += away @ away * ((self._steps - 1) / self._steps)  # Welford, 1962

    def value(self) -> float | None:
        """Return the norm of the mean over the root mean squared distance to it by the root of the number of steps.

        Independent noise of mean 0 gives about 1: the root of T / (T - 1). Infinite where all gradients are the same,
        None for fewer than ``LEAST_STEPS``, gradients of zeros, and those that are not finite.
        """
        if self._steps < LEAST_STEPS:
            return None
        mean, noise = float(torch.cat(self._mean).norm()), math.sqrt(float(self._squares)) / self._steps
        if not math.isfinite(mean + noise) or mean == noise == 0:
            return None
        return mean / noise if noise else math.inf
