"""What the steps of an epoch of a supernet leave, and the numbers that become of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

import torch
from torch import Tensor

from evo.differentiable.bilevel.objective_state import StateFound
from evo.differentiable.bilevel.signal import GradientSignal


@dataclass(frozen=True)
class Losses:
    """Means over one epoch; None where nothing was measured. accuracy: on held-out images, 0 to 1.

    signal: of the architecture gradients, as ``GradientSignal`` says
    finding: what the epoch shows of the objective
    """

    weights: float
    architecture: float | None
    held_out: float
    accuracy: float | None
    signal: float | None
    finding: StateFound


@dataclass(frozen=True)
class EpochNotes:
    """Losses of the steps of either level, as tensors that no step waits for, and what is told of them once it is over.

    guesses: what guessing would have cost on each batch that weights were trained on; none where that has no meaning
    """

    signal: GradientSignal
    weights: list[Tensor] = field(default_factory=list)
    architecture: list[Tensor] = field(default_factory=list)
    guesses: list[float] = field(default_factory=list)

    def losses(self, held_out: float, accuracy: float | None, finding: StateFound) -> Losses:
        """Return the epoch's numbers beside those of judging it."""
        architecture = mean_of(self.architecture) if self.architecture else None
        return Losses(mean_of(self.weights), architecture, held_out, accuracy, self.signal.value(), finding)


def mean_of(losses: Sequence[Tensor]) -> float:
    """Return the mean of scalars."""
    return fmean(torch.stack(list(losses)).tolist())
