"""The contract of a gradient variant, such as DARTS, PC-DARTS or GDAS."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import torch

from spaces import Alphas, Gates, Supernet, SupernetOptions


class Level(StrEnum):
    """What a pass through a supernet is for."""

    WEIGHTS = "weights"  # to train weights, on the training split
    ARCHITECTURE = "architecture"  # to train architecture parameters, on the validation split
    JUDGING = "judging"  # to measure a loss


@dataclass(frozen=True, eq=False)
class Step:
    """One pass: what it is for, and where all that is random about its gates comes from."""

    level: Level
    generator: torch.Generator


class Relaxation(Protocol):
    """Turns architecture parameters into what a supernet computes, pass by pass."""

    def options(self) -> SupernetOptions:
        """Return what this variant needs of a supernet."""
        ...

    def begin(self, supernet: Supernet[Any]) -> None:
        """Learn the edges and the candidates of a supernet; called before the first pass through it."""
        ...

    def gates(self, alphas: Alphas, step: Step) -> Gates:
        """Return the gates of one pass; gradients of its loss reach the architecture parameters through them."""
        ...

    def on_epoch(self, epoch: int) -> None:
        """Prepare for an epoch, counted from 0: temperatures, chances of dropping, pruning, freezing."""
        ...

    def derive(self, supernet: Supernet[Any]) -> Any:
        """Return the candidate architecture under the supernet's present parameters."""
        ...
