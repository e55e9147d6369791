"""Whether a supernet's objective teaches anything: told epoch by epoch, by its loss and by the features.

Letters: B batch, C channels, H height, W width, M images judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean
from typing import Any

import torch
from torch import Tensor

from fitness import Objective, Trainee
from tasks import Batch

GUESSING_WITHIN, MEAN_WITHIN = 0.01, 0.02
"""Shares of a loss of guessing, and of one of predicting the mean, within which a loss counts as that."""
LEAST_VARIANCE = 1e-6
"""Variance over images below which pooled features count as the same for all."""

_OF_NOTHING_YET = (
    "nothing is learnt so far, most likely for want of steps (strategy.epochs, strategy.pictures) or for a "
    "strategy.learning_rate that is too low"
)
_OF_LOST = "what was learnt is lost, most likely for a strategy.learning_rate that is too high"
_OF_BY_HEART = (
    "what is learnt of the training images holds for no others, most likely as they are too few (strategy.pictures, "
    "strategy.augment)"
)
_OF_CONSTANT = (
    "nothing can be told from them, most likely for a strategy.learning_rate that is too high, or for operations that "
    "let nothing through"
)


class ObjectiveState(StrEnum):
    """What an epoch shows of the objective, as the log of epochs names it."""

    LEARNING = "learning"  # better than guessing or the mean; of an objective with neither, features that differ
    GUESSING = "guessing"
    MEAN_ONLY = "mean only"
    CONSTANT = "constant features"
    WORSE = "worse than guessing"  # or than the mean, as before enough is learnt, or where that holds for no others


@dataclass(frozen=True)
class StateFound:
    """The state after an epoch; a collapse in words, and its likely cause where that is known from the epoch alone."""

    state: ObjectiveState
    collapse: str = ""
    cause: str = ""


@dataclass(frozen=True)
class ObservedTrainee(Trainee):
    """A trainee that notes, of every batch it is judged on, what its objective's state is told by.

    mean: of the training images [C]
    """

    mean: Tensor = field(kw_only=True)
    pooled: list[Tensor] = field(default_factory=list)  # [B, C] each
    guessed: list[float] = field(default_factory=list)
    beside_mean: list[tuple[Tensor, Tensor]] = field(default_factory=list)

    def features(self, batch: Batch, objective: Objective) -> list[Tensor]:
        """Return the stages [B, C, H, W] of the batch's inputs, in the objective's way."""
        found = super().features(batch, objective)
        self.pooled.append(found[-1].float().mean((2, 3)))
        beside = objective.beside_mean(found, self.head, batch, self.mean)
        self.guessed.extend(guesses_of(objective, [batch]))
        self.beside_mean.extend([] if beside is None else [beside])
        return found

    def variance(self) -> float:
        """Return the variance of the pooled last features [M, C] over images, the mean over channels."""
        return float(torch.cat(self.pooled).double().var(0, correction=0).mean())


@dataclass(frozen=True)
class BesideIgnorance:
    """A loss, the one of who has learnt nothing, and the share of the latter within which the two are the same."""

    name: str
    loss: float
    ignorant: float
    within: float

    @property
    def is_same(self) -> bool:
        """Whether nothing is learnt."""
        return abs(self.loss - self.ignorant) <= self.within * self.ignorant

    @property
    def is_better(self) -> bool:
        """Whether something is."""
        return self.loss < (1 - self.within) * self.ignorant

    def __str__(self) -> str:
        """Return both in words, to go on with what the latter is of."""
        return f"{self.name}, {self.loss:.4g}, is that ({self.ignorant:.4g})"


def guesses_of(objective: Objective, batches: Sequence[Batch]) -> list[float]:
    """Return what guessing costs in each of these, as far as the objective knows."""
    found = [objective.guessing_loss(batch) for batch in batches]
    return [guess for guess in found if guess is not None]


def find_state(
    objective: Objective, judged: ObservedTrainee, *, training: float, guesses: Sequence[float], held_out: float
) -> StateFound:
    """Return what an epoch shows.

    training, held_out: its mean losses; guesses: those of guessing, one for each batch that was trained on
    """
    if (variance := judged.variance()) < LEAST_VARIANCE:
        same = f"the last features are the same for all held-out images (their variance over images is {variance:.1e})"
        return StateFound(ObjectiveState.CONSTANT, same, _OF_CONSTANT)
    of_training = _compared("the training loss", training, guesses)
    of_held_out = _compared("the loss on held-out images", held_out, judged.guessed) if objective.held_out else None
    guessing = _guessing(of_training, of_held_out)
    mean = _compared_with_mean(judged)
    if guessing:
        return guessing
    if mean and mean.is_same:
        return StateFound(ObjectiveState.MEAN_ONLY, f"{mean} of predicting the mean of the training images")
    known = [each for each in (of_held_out or of_training, mean) if each]
    learns = not known or any(each.is_better for each in known)
    return StateFound(ObjectiveState.LEARNING if learns else ObjectiveState.WORSE)


def first_collapse(row: Mapping[str, Any], finding: StateFound, earlier: Sequence[Mapping[str, Any]]) -> str:
    """Return a line about a collapse that the seed's ``earlier`` rows do not know; empty for none.

    row: of the epoch that the finding is of
    """
    states = {each.get("objective_state") for each in earlier}  # rows of former versions have none
    if not finding.collapse or finding.state in states:
        return ""
    cause = finding.cause or (_OF_LOST if ObjectiveState.LEARNING in states else _OF_NOTHING_YET)
    return f"seed {row['seed']}, epoch {row['epoch'] + 1}: {finding.collapse}: {cause}"


def _guessing(of_training: BesideIgnorance | None, of_held_out: BesideIgnorance | None) -> StateFound | None:
    """Return that the loss is one of guessing, where it is: on held-out images if there are any to judge by.

    A training loss of guessing beside better than that on held-out images is of the epoch's first steps, and past.
    """
    if of_held_out and of_held_out.is_same:
        by_heart = of_training is not None and of_training.is_better
        return StateFound(ObjectiveState.GUESSING, f"{of_held_out} of guessing", _OF_BY_HEART if by_heart else "")
    if of_training and of_training.is_same and not (of_held_out and of_held_out.is_better):
        return StateFound(ObjectiveState.GUESSING, f"{of_training} of guessing")
    return None


def _compared(name: str, loss: float, guesses: Sequence[float]) -> BesideIgnorance | None:
    return BesideIgnorance(name, loss, fmean(guesses), GUESSING_WITHIN) if guesses else None


def _compared_with_mean(judged: ObservedTrainee) -> BesideIgnorance | None:
    if not judged.beside_mean:
        return None
    loss, of_mean = torch.tensor([[float(each) for each in pair] for pair in judged.beside_mean]).double().mean(0)
    return BesideIgnorance("the loss of reconstructing", float(loss), float(of_mean), MEAN_WITHIN)
