"""The two kinds of search, and the types that tell plug-ins of the second."""

from enum import StrEnum
from typing import ClassVar


class SearchKind(StrEnum):
    """The two kinds of search."""

    EVOLUTION = "evolution"
    """Candidates are proposed, scored and told: ask and tell over trials."""
    DIFFERENTIABLE = "differentiable"
    """A supernet per seed is trained over epochs, and an architecture is derived from it."""


class DifferentiableStrategy:
    """A strategy that trains a supernet of the whole space, and proposes no candidates.

    training: what is made of the options that say how, whatever the variant
    """

    training: ClassVar[type]


class DifferentiableVariant:
    """A variant that such a strategy is made around; its contract is ``evo.differentiable``'s ``Relaxation``."""
