"""The contract of a relaxation: how one variant of differentiable search, e.g. DARTS or GDAS, makes gates.

Also here: quantities that change evenly from one epoch to the next.

Letters: E edges of a cell, K candidate operations of each of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import torch
from torch import Tensor

from evo.differentiable.relaxations.limits import Limit
from evo.strategies.kinds import DifferentiableVariant
from spaces import Alphas, Gates, Supernet, SupernetOptions, strengths_of


class Level(StrEnum):
    """What a pass through a supernet is for."""

    WEIGHTS = "weights"  # to train weights, on the training split
    ARCHITECTURE = "architecture"  # to train architecture parameters, on the validation split
    JUDGING = "judging"  # to measure a loss, by gates at which nothing is random


@dataclass(frozen=True, eq=False)
class SupernetPass:
    """One pass: what it is for, and where all that is random about its gates comes from."""

    level: Level
    generator: torch.Generator


@dataclass(frozen=True)
class Moment:
    """Where a search stands at the beginning of an epoch: epochs done, and epochs in all, of every stage together."""

    epoch: int
    epochs: int

    @property
    def progress(self) -> float:
        """Share of the search that is done, 0 to below 1."""
        return self.epoch / self.epochs


class Relaxation(DifferentiableVariant, ABC):
    """Turns architecture parameters into what a supernet computes, pass by pass.

    The keyword parameters of a subclass are its options.
    """

    stages: int = 1
    """How many supernets a search trains one after the other, each for as many epochs as its options say."""

    @abstractmethod
    def options(self) -> SupernetOptions:
        """Return what this variant needs of the supernet that a search starts with.

        After ``recall`` that is the one that the search stood at.
        """

    @abstractmethod
    def begin(self, supernet: Supernet[Any]) -> None:
        """Learn the edges and the candidates of a supernet; called before the first pass through each."""

    @abstractmethod
    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return the gates of one pass; gradients of its loss reach the architecture parameters through them."""

    @abstractmethod
    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Prepare for an epoch: temperatures, probabilities of dropping, pruning, freezing.

        Called once before every epoch, also of a search that is resumed there. Returns what is needed of a new
        supernet that the search goes on with, as at the stages of P-DARTS, or None to keep this one.
        """

    @abstractmethod
    def derive(self, supernet: Supernet[Any]) -> Any:
        """Return the candidate architecture under the supernet's present parameters."""

    def finalists(self, supernet: Supernet[Any]) -> Sequence[Any]:
        """Return candidates of which that of lowest loss on one batch is derived, by default none: ``derive`` decides.

        A search within constraints chooses among those that keep to them; where none does, ``derive`` decides.
        """
        return ()

    def derivation_strengths(self, supernet: Supernet[Any]) -> Mapping[str, Tensor]:
        """Return how strong the candidates [E, K] of each cell are where it is derived, by default in its mixture.

        A search within constraints goes by them where it has to leave what ``derive`` returns.
        """
        return strengths_of(supernet.mixture())

    def derivation_limits(self, supernet: Supernet[Any]) -> Mapping[str, Sequence[Limit]]:
        """Return what ``derive`` limits in each cell, by default nothing; a search within constraints keeps to it."""
        return {}

    def state(self) -> dict[str, Any]:
        """Return, as JSON values, what is no function of the epoch and the parameters, e.g. which cells are frozen."""
        return {}

    def recall(self, state: Mapping[str, Any]) -> None:
        """Restore what ``state`` returned; called before ``options`` and ``begin``."""

    def trains_architecture(self, moment: Moment) -> bool:
        """Return whether an epoch has architecture steps; asked after its ``on_epoch``.

        Without them no gradient need reach the architecture parameters. A search may have fewer, but not more.
        """
        return True

    def before_architecture_step(self, alphas: Alphas) -> None:
        """See the parameters that a step starts from; called after ``gates`` of the pass that it follows."""

    def after_architecture_step(self, alphas: Alphas) -> None:
        """Correct the parameters in place, as SSWP-NAS does; called under ``torch.no_grad``."""


def ramp(start: float, end: float, moment: Moment) -> float:
    """Return ``start`` in the first epoch, ``end`` in the last, in between what lies on a line; of one, ``start``."""
    return start + (end - start) * moment.epoch / max(1, moment.epochs - 1)
