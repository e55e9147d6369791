"""A space of which nothing is drawn but candidates within limits, as it is handed to strategies.

So all that a strategy draws is within, what it only compares too, and its state never knows of what is not: it counts
what it proposed, and nothing of that is taken back.
"""

from typing import Any

import numpy as np

from evo.constraints.size_limits import MOST_TRIES, Refused
from spaces import SearchSpace, candidate_key, read_candidate

STEP = 100
"""Mutants of one distance that are tried before the next: neighbours, neighbours of neighbours, and so on."""


def narrowed(space: SearchSpace[Any], refused: Refused) -> SearchSpace[Any]:
    """Return a space of which only candidates within limits are drawn; refused: counts those that are not."""
    return NarrowedSpace(space, refused)


class NarrowedSpace:
    """A space that samples, mutates and decodes within limits, and is the space itself in all else."""

    def __init__(self, space: SearchSpace[Any], refused: Refused) -> None:
        """Keep the space; refused: counts what was drawn in vain."""
        self._space, self._refused = space, refused

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """The space's own class, so that it has the space's abilities for whoever asks."""
        return type(self._space)

    def __getattr__(self, name: str) -> Any:
        """Return what the space has under a name."""
        if name in ("_space", "_refused"):  # it is being made, and has none yet
            raise AttributeError(name)
        return getattr(self._space, name)

    def __deepcopy__(self, memo: object) -> "NarrowedSpace":
        """Return itself: a copy of a strategy has the same space."""
        return self

    def sample(self, rng: np.random.Generator) -> Any:
        """Return a random candidate within; raises OutsideConstraintsError after ``MOST_TRIES`` that are not."""
        for _ in range(MOST_TRIES):
            candidate = self._space.sample(rng)
            if self._refused.takes(self._space.encode(candidate)):
                return candidate
        self._refused.give_up()

    def mutate(self, candidate: Any, rng: np.random.Generator) -> Any:
        """Return a mutant within: a neighbour, or, after ``STEP`` that are not, one as near as is found.

        Raises OutsideConstraintsError after ``MOST_TRIES``.
        """
        own = candidate_key(self._space, candidate)
        for number in range(MOST_TRIES):
            mutant = candidate
            for _ in range(1 + number // STEP):
                mutant = self._space.mutate(mutant, rng)
            if self._refused.takes(self._space.encode(mutant)) and candidate_key(self._space, mutant) != own:
                return mutant
        self._refused.give_up()

    def decode(self, text: str) -> Any:
        """Return the candidate of a text; raises ValueError, too, for one that is outside."""
        return self._within(self._space.decode(text), text)

    def from_published(self, text: str) -> Any:
        """Return the candidate of a text in any form that the space reads; raises ValueError as ``decode`` does."""
        return self._within(read_candidate(self._space, text), text)

    def _within(self, candidate: Any, text: str) -> Any:
        own, limits = self._space.encode(candidate), self._refused.limits
        if not limits.admits(own):
            raise ValueError(f"{text!r} {limits.refusal(own)}")
        return candidate
