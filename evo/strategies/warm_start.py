"""A warm start: given candidates come first, and the strategy learns from them as from its own."""

from collections import deque
from collections.abc import Hashable, Sequence

import numpy as np

from evo.records.trial import Evaluation, Proposal
from evo.strategies.base import SearchStrategy, summary_of
from evo.strategies.fitting import FitRequest, FittingStrategy, wanted_fit
from fitness.predictors.base import FittedState


class WarmStart(FittingStrategy):
    """Proposes the candidates it is given, then what another strategy does, which is told of all of them."""

    def __init__(self, candidates: Sequence[Hashable], then: SearchStrategy) -> None:
        """``then`` has been begun and expects as many candidates that it did not propose."""
        self._waiting = deque(candidates)
        self._then = then
        self.draws_from_space = then.draws_from_space if isinstance(then, SearchStrategy) else True
        self.draws_everything = then.draws_everything if isinstance(then, SearchStrategy) else False

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return the next of the given candidates; after the last of them, what the strategy proposes."""
        return Proposal(self._waiting.popleft()) if self._waiting else self._then.ask(rng)

    def tell(self, evaluation: Evaluation) -> None:
        """Pass it on."""
        self._then.tell(evaluation)

    def fit_request(self) -> FitRequest | None:
        """Return what the strategy waits for, which may be before the last of the given candidates is proposed."""
        return wanted_fit(self._then)

    def take_fit(self, state: FittedState) -> None:
        """Pass it on to the strategy, which has asked for it."""
        if isinstance(self._then, FittingStrategy):
            self._then.take_fit(state)

    def summary_lines(self) -> Sequence[str]:
        """Return what the strategy has to say."""
        return summary_of(self._then)
