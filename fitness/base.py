"""Contracts of what is maximised.

Letters: B batch, C channels, H height, W width.
"""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from spaces import (
    ClassedSpace,
    FeatureInfo,
    FeatureNetwork,
    InputSpec,
    NetworkSpace,
    SearchSpace,
    SequenceSpec,
    candidate_key,
    reads_sequences,
)
from tasks import Batch, ImageBatch, ImageSource

UNLABELLED_OUTPUTS = 10
"""Outputs of a network's classifier where the pictures have no labels."""


class DeadlineExceededError(Exception):
    """A candidate took longer than its trial allows."""


class AbandonedError(Exception):
    """A candidate's fitness is below the context's threshold, whatever is still to come.

    metrics: what is known of it by now, with the highest fitness that it could have had as ``bound``.
    """

    def __init__(self, reason: str, metrics: Mapping[str, float]) -> None:
        """Say how that is known."""
        super().__init__(reason)
        self.metrics = metrics


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
    at, or None. threshold: fitness below which the exact value no longer matters, or None; a fitness that can tell
    early that it is below may raise AbandonedError, and need not.
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

    Its factory's keyword parameters are its options; one called ``source`` receives the run's pictures instead.

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


@runtime_checkable
class SeededFitness(Protocol):
    """A fitness that draws by the run's seed what it scores candidates by."""

    def check_seed(self, data_seed: int) -> None:
        """Raise UsageError where no candidate can be scored by what this seed draws."""
        ...


def only_pictures(space: SearchSpace[Any], does: str) -> str | None:
    """Return why what is for networks that read pictures cannot score ``space``, or None if it can.

    does: what it does to them, to begin the reason with, e.g. ``"it trains"``.
    """
    if not isinstance(space, NetworkSpace):
        return f"{does} networks, and this space builds none"
    return f"{does} networks that read pictures" if reads_sequences(space) else None


def scored_key(space: SearchSpace[Any], fitness: object, candidate: Any) -> str:
    """Return the identity by which ``fitness`` scores candidates of ``space`` once: the function's where both allow."""
    if isinstance(space, ClassedSpace) and getattr(fitness, "scores_functions", False):
        return space.functional_key(candidate)
    return candidate_key(space, candidate)


class Objective(Protocol):
    """A self-supervised loss, used on single candidates in evolution and on supernets alike.

    Its factory's keyword parameters are its options; one called ``source`` receives the run's pictures instead. It
    holds nothing of any one network: what belongs to a network is in the head.
    """

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return what one step sees of pictures [B, C, H, W]: masked, noisy or doubled inputs, and targets."""
        ...

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return the module that turns stage maps into predictions, freshly initialised."""
        ...

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the scalar loss; lower is better."""
        ...


@runtime_checkable
class JudgedObjective(Protocol):
    """An objective with right and wrong answers."""

    def accuracy(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the share of right answers, 0 to 1."""
        ...


@runtime_checkable
class EncodingObjective(Protocol):
    """An objective that runs the network in a way of its own."""

    def encode(self, network: FeatureNetwork, batch: Batch) -> list[Tensor]:
        """Return the network's stage maps, in place of ``network.forward_features(batch.inputs)``."""
        ...


@runtime_checkable
class StartingObjective(Protocol):
    """An objective that looks at a network before it is trained."""

    def start(self, network: FeatureNetwork, head: nn.Module) -> None:
        """Take what is needed of a network that is about to be trained."""
        ...


@runtime_checkable
class MomentumObjective(Protocol):
    """An objective whose head follows the network, as BYOL's target does."""

    def after_step(self, network: FeatureNetwork, head: nn.Module) -> None:
        """Follow one step of the optimiser."""
        ...


@runtime_checkable
class LabellingObjective(Protocol):
    """An objective that gives every picture a label of its own.

    One whose labels say nothing about pictures not trained on has an attribute ``held_out = False``, and is judged on
    training pictures.
    """

    def label(self, pictures: ImageBatch, rng: np.random.Generator) -> ImageBatch:
        """Return all pictures of a run with the labels they keep."""
        ...


_CPU_ALLOCATION_FAILED = "DefaultCPUAllocator: can't allocate memory"  # torch raises a plain RuntimeError for it


def wants_memory(error: BaseException) -> bool:
    """Return whether an error says that memory, the machine's or a GPU's, did not suffice."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or _CPU_ALLOCATION_FAILED in str(error)


T = TypeVar("T")


class OncePerRun(Generic[T]):
    """What ``make`` returns for a context, kept until a context of another run, with other pictures, comes."""

    def __init__(self, make: Callable[[EvalContext], T]) -> None:
        """Make nothing yet."""
        self._make = make
        self._made: tuple[EvalContext, T] | None = None

    def __call__(self, context: EvalContext) -> T:
        """Return what was made for the run of ``context``, or make it now."""
        if self._made is None or not self._made[0].shares_batch(context):
            self._made = context, self._make(context)
        return self._made[1]
