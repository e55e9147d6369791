"""The contract of what is maximised: ``Fitness`` scores a candidate.

It is a base class with defaults for all that a member may do without. Beside it stands what every fitness needs: the
context of a score.
"""

import reprlib
import time
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from fitness.reference import Reference, ReferenceRequest
from spaces import (
    ClassedSpace,
    InputSpec,
    NetworkSpace,
    SearchSpace,
    SequenceSpec,
    candidate_key,
    reads_sequences,
)
from tasks import ImageSource, abilities_of, channels_of

UNLABELLED_OUTPUTS = 10
"""Outputs of a network's classifier where the images have no labels."""


class DeadlineExceededError(Exception):
    """A candidate took longer than its trial allows."""


class AbandonedError(Exception):
    """A candidate's fitness is below the context's threshold: for certain, or, if an option asks for it, most likely.

    metrics: what is known of it by now; where it is certain, the highest fitness that was possible as ``bound``
    """

    def __init__(self, reason: str, metrics: Mapping[str, float]) -> None:
        """Say how that is known."""
        super().__init__(reason)
        self.metrics = metrics


@dataclass(frozen=True)
class Score:
    """What a fitness says of a candidate.

    value: higher is better, always
    metrics: anything else worth a column
    build_s: seconds spent building
    remedy: what to try where the value is not finite, and the trial thus failed
    """

    value: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    build_s: float = 0.0
    remedy: str = ""


def as_score(returned: object) -> Score:
    """Return what a fitness returned as a score: a number is taken as its value; raises TypeError for anything else."""
    if isinstance(returned, Score):
        return returned
    if isinstance(returned, Tensor) and returned.numel() == 1:
        return Score(float(returned))
    if isinstance(returned, Real) and not isinstance(returned, bool | np.bool_):
        return Score(float(returned))
    raise TypeError(f"the fitness returned {reprlib.repr(returned)}, neither a Score nor a number")


@dataclass(frozen=True)
class EvalContext:
    """What a fitness may use besides the candidate.

    data_seed: the run's seed, the same for every candidate: images, targets and noise derive from it
    rng: the candidate's own generator: initial weights derive from it
    deadline: ``time.monotonic()`` value to stop at, or None
    threshold: fitness below which the exact value no longer matters, or None; a fitness that can tell early that it is
        below may raise AbandonedError, and need not
    """

    space: SearchSpace[Any]
    images: ImageSource
    data_seed: int
    rng: np.random.Generator
    device: torch.device
    deadline: float | None = None
    threshold: float | None = None

    def shares_batch(self, other: "EvalContext") -> bool:
        """Return whether what depends on the run alone, such as its images, is the same in both."""
        return self.images is other.images and (self.data_seed, self.device) == (other.data_seed, other.device)

    def check_deadline(self) -> None:
        """Raise DeadlineExceededError once the deadline has passed; call it inside every long loop."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise DeadlineExceededError("the trial ran past its time-out")


def network_shape(images: ImageSource, space: object = None) -> tuple[InputSpec | SequenceSpec, int]:
    """Return what the networks of ``space`` read, and how many logits they have, for these images."""
    if reads_sequences(space):
        return SequenceSpec(), SequenceSpec().width
    return InputSpec(channels=channels_of(images), size=images.size), images.num_classes or UNLABELLED_OUTPUTS


class Fitness(ABC):
    """Scores one candidate; holds what all candidates share, and nothing of any one of them.

    The keyword parameters of its factory are its options; one called ``source`` receives the run's images instead.
    A class that has the methods but not this base is taken as well: ``of`` puts in the defaults.
    """

    scores_functions: ClassVar[bool] = False
    """Whether a score depends on nothing but the expression that a network computes: not on its size, nor on which of
    its operations share weights. Candidates of one ``functional_key`` are then scored once."""

    needs_cuda: bool = False
    """Whether a score takes many passes, as a training does: a worker that holds a GPU and finds no CUDA is refused,
    being many times slower than its like. A score of one batch costs about what building its network does."""

    @abstractmethod
    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the candidate's score; any exception becomes a failed trial with its reason."""

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score candidates of ``space``, or None if it can."""
        return None

    def check_seed(self, data_seed: int) -> None:  # noqa: B027 (no need to override it)
        """Raise UsageError where no candidate can be scored by what the run's seed draws."""

    def options_in_force(self, images: ImageSource) -> Sequence[str]:
        """Return what is done instead where an option cannot be met as given with these images, a sentence each.

        A search prints them before it begins.
        """
        return ()

    def reference_request(self, space: SearchSpace[Any]) -> ReferenceRequest | None:
        """Return what is to be scored on ``space`` before the first trial, None where nothing is needed."""
        return None

    def take_reference(self, reference: Reference) -> None:  # noqa: B027
        """Take what was asked for; every process that scores is handed it before its first candidate."""

    def reference_lines(self) -> Sequence[str]:
        """Return what there is to say of the reference that was taken, a line each; a search prints them."""
        return ()

    def final_weights(self) -> Mapping[str, float]:
        """Return by which weights the best of a run is chosen when it ends; nothing: by the fitness alone.

        A weight for each label of the reference, whose values are in the metrics of every row: the best has the highest
        weighted mean of the logarithms of its positions among reference and run together.
        """
        return {}

    def score_by_members(self, values: Mapping[str, float]) -> "Score | None":
        """Return the score that follows from those of all members, by label, NaN of one that failed; None for none.

        A scoring then takes what is known of the members alone; the reference was taken before.
        """
        return None

    def has_learnt(self, space: SearchSpace[Any], candidates: Sequence[Hashable]) -> Sequence[bool | None]:
        """Return of which candidates it has learnt the labels, so that these say nothing of how well it ranks others.

        None where that is not known. By default of none.
        """
        return [False] * len(candidates)

    @classmethod
    def of(cls, plain: Any) -> "Fitness":
        """Return a fitness as it is, or a callable with the defaults for what it lacks."""
        return plain if isinstance(plain, Fitness) else PlainFitness(plain)


class PlainFitness(Fitness):
    """A fitness that is not derived from the base class, with its defaults."""

    def __init__(self, plain: Any) -> None:
        """Hand on what ``plain`` has."""
        self._plain = plain
        vars(self).update(abilities_of(plain, Fitness))

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the candidate's score."""
        score: Score = self._plain(candidate, context)
        return score


def only_images(space: SearchSpace[Any], does: str) -> str | None:
    """Return why what is for networks that read images cannot score ``space``, or None if it can.

    does: what it does to them, to begin the reason with, e.g. ``"it trains"``
    """
    if not isinstance(space, NetworkSpace):
        return f"{does} networks, and this space builds none"
    return f"{does} networks that read images" if reads_sequences(space) else None


def scored_key(space: SearchSpace[Any], fitness: Fitness, candidate: Any) -> str:
    """Return the identity by which ``fitness`` scores candidates of ``space`` once: the function's where both allow."""
    if fitness.scores_functions and isinstance(space, ClassedSpace):
        return space.functional_key(candidate)
    return candidate_key(space, candidate)
