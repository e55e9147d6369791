"""A warm start: given candidates come first, and the strategy learns from them as from its own."""

from collections import deque
from collections.abc import Hashable, Sequence

import numpy as np

from evo.records.trial import Proposal
from evo.strategies.base import SearchStrategy
from evo.strategies.wrapped import WrappedStrategy


class WarmStart(WrappedStrategy):
    """Proposes the candidates it is given, then what another strategy does, which is told of all of them.

    What that one waits for may be before the last of the given candidates is proposed.
    """

    def __init__(self, candidates: Sequence[Hashable], then: SearchStrategy) -> None:
        """``then`` has been begun and expects as many candidates that it did not propose."""
        super().__init__(then)
        self._waiting = deque(candidates)

    def needs_telling(self) -> bool:
        """Return whether the given candidates are proposed and the strategy within needs to be told more."""
        return not self._waiting and super().needs_telling()

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return the next of the given candidates; after the last of them, what the strategy proposes."""
        if self._waiting:
            return Proposal(self._waiting.popleft())
        proposed: Proposal | None = self._within.ask(rng)
        return proposed
