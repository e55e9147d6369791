"""Contracts of what is maximised.

Letters: B batch, C channels, H height, W width.
"""

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from spaces import (
    ClassedSpace,
    FeatureInfo,
    InputSpec,
    SearchSpace,
    SequenceSpec,
    candidate_key,
    reads_sequences,
)
from tasks import Batch, ImageSource

UNLABELLED_OUTPUTS = 10
"""Outputs of a network's classifier where the pictures have no labels."""


class DeadlineExceededError(Exception):
    """A candidate took longer than its trial allows."""


@dataclass(frozen=True)
class Score:
    """What a fitness says of a candidate.

    value: higher is better, always; metrics: anything else worth a column; build_s: seconds spent building.
    """

    value: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    build_s: float = 0.0


@dataclass(frozen=True)
class EvalContext:
    """What a fitness may use besides the candidate.

    data_seed: the run's seed, the same for every candidate: pictures, targets and noise derive from it.
    rng: the candidate's own generator: initial weights derive from it. deadline: ``time.monotonic()`` value to stop
    at, or None. threshold: fitness below which the exact value no longer matters, or None.
    """

    space: SearchSpace[Any]
    images: ImageSource
    data_seed: int
    rng: np.random.Generator
    device: torch.device
    deadline: float | None = None
    threshold: float | None = None

    def shares_batch(self, other: "EvalContext") -> bool:
        """Return whether what depends on the run alone, such as its pictures, is the same in both."""
        same_source = self.images is other.images
        return same_source and (self.data_seed, self.device) == (other.data_seed, other.device)

    def check_deadline(self) -> None:
        """Raise DeadlineExceededError once the deadline has passed; call it inside every long loop."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise DeadlineExceededError("the trial ran past its time-out")


def network_shape(images: ImageSource, space: object = None) -> tuple[InputSpec | SequenceSpec, int]:
    """Return what the networks of ``space`` read, and how many logits they have, for these pictures."""
    if reads_sequences(space):
        return SequenceSpec(), SequenceSpec().width
    return InputSpec(channels=3, size=images.size), images.num_classes or UNLABELLED_OUTPUTS


class Fitness(Protocol):
    """Scores one candidate; holds what all candidates share, and nothing of any one of them.

    A fitness whose score depends on nothing but the expression that a network computes may say so by an attribute
    ``scores_functions = True``; candidates of one ``functional_key`` are then scored once.
    """

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the candidate's score; any exception becomes a failed trial with its reason."""
        ...


@runtime_checkable
class SelectiveFitness(Protocol):
    """A fitness that cannot score every space."""

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score candidates of ``space``, or None if it can."""
        ...


def scored_key(space: SearchSpace[Any], fitness: object, candidate: Any) -> str:
    """Return the identity by which ``fitness`` scores candidates of ``space`` once: the function's where both allow."""
    if isinstance(space, ClassedSpace) and getattr(fitness, "scores_functions", False):
        return space.functional_key(candidate)
    return candidate_key(space, candidate)


class Objective(Protocol):
    """A self-supervised loss, used on single candidates in evolution and on supernets alike."""

    def prepare(self, images: Tensor, generator: torch.Generator) -> Batch:
        """Return what one step sees of ``images`` [B, C, H, W]: masked, noisy or doubled inputs, and targets."""
        ...

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return the module that turns stage maps into predictions, freshly initialised."""
        ...

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the scalar loss; lower is better."""
        ...
