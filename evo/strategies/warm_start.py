"""A warm start: given candidates come first, and the strategy learns from them as from its own."""

from collections import deque
from collections.abc import Hashable, Sequence

import numpy as np

from evo.records.trial import Evaluation, Proposal
from evo.strategies.base import SearchStrategy


class WarmStart(SearchStrategy):
    """Proposes the candidates it is given, then what another strategy does, which is told of all of them."""

    def __init__(self, candidates: Sequence[Hashable], then: SearchStrategy) -> None:
        """``then`` has been begun and expects as many candidates that it did not propose."""
        self._waiting = deque(candidates)
        self._then = then
        self.draws_from_space = then.draws_from_space if isinstance(then, SearchStrategy) else True

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return the next of the given candidates; after the last of them, what the strategy proposes."""
        return Proposal(self._waiting.popleft()) if self._waiting else self._then.ask(rng)

    def tell(self, evaluation: Evaluation) -> None:
        """Pass it on."""
        self._then.tell(evaluation)
