"""Baselines that need no image: the size of a network, and chance."""

from collections.abc import Hashable
from typing import Any, Literal

from fitness.base import EvalContext, Fitness, Score, network_shape
from spaces import NetworkSpace, SearchSpace, network_complexity


class SizeFitness(Fitness):
    """Counts parameters or multiply-adds; larger is better."""

    def __init__(self, *, of: Literal["params", "macs"]) -> None:
        """Count what ``of`` names."""
        self._of = of

    def accepts(self, space: SearchSpace[Any]) -> str | None:
        """Return why this fitness cannot score ``space``, or None if it can."""
        return None if isinstance(space, NetworkSpace) else f"{self._of} are of networks, and this space builds none"

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the count."""
        assert isinstance(context.space, NetworkSpace)
        size = network_complexity(context.space, candidate, *network_shape(context.images, context.space))
        return Score(float(getattr(size, self._of)))


class RandomFitness(Fitness):
    """A number that says nothing of the candidate: uniform in [0, 1), from its own generator."""

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the number."""
        return Score(float(context.rng.random()))
