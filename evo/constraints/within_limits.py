"""A strategy of which no proposal outside of limits gets out: it is asked again, as if it had not been.

Strategies that try what they draw from their space never come to that, see ``NarrowedSpace``; those that make their
candidates in another way do.
"""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from evo.constraints.size_limits import MOST_TRIES, Refused
from evo.records.trial import Evaluation, Proposal
from evo.strategies.base import SearchStrategy, summary_of
from evo.strategies.fitting import FitRequest, FittingStrategy, wanted_fit
from fitness.predictors.base import FittedState
from spaces import SearchSpace
from tasks.foundation.errors import UsageError, bounded, first_line


class WithinLimits(FittingStrategy):
    """Proposes what another strategy does, as far as that is within limits, and tells it of nothing else.

    A refused proposal leaves no trace: a copy of the strategy is asked, and takes its place with what it proposed if
    that may be tried. A strategy that says that it draws all candidates from its space, or none of them, is asked
    itself: the one proposes nothing outside, and the other would propose the same again, and is to pass it over.
    """

    def __init__(self, strategy: Any, space: SearchSpace[Any], refused: Refused) -> None:
        """Keep a strategy that was begun with the narrowed space; raises UsageError where it cannot be copied."""
        self._strategy, self._narrow, self._refused = strategy, space, refused
        known = isinstance(strategy, SearchStrategy)
        self.draws_from_space = strategy.draws_from_space if known else True
        self.draws_everything = strategy.draws_everything if known else False
        self._copies = self.draws_from_space and not self.draws_everything
        self._copied()

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return the first proposal within limits; raises OutsideConstraintsError where ``MOST_TRIES`` are not."""
        for _ in range(MOST_TRIES):
            asked = self._copied()
            proposal: Any = asked.ask(rng)
            if not isinstance(proposal, Proposal) or self._refused.takes(self._narrow.encode(proposal.candidate)):
                self._strategy = asked
                return proposal  # type: ignore[no-any-return]  # what is no proposal is told of elsewhere
        self._refused.give_up()

    def tell(self, evaluation: Evaluation) -> None:
        """Pass it on."""
        self._strategy.tell(evaluation)

    def fit_request(self) -> FitRequest | None:
        """Return what the strategy waits for."""
        return wanted_fit(self._strategy)

    def take_fit(self, state: FittedState) -> None:
        """Pass it on."""
        if isinstance(self._strategy, FittingStrategy):
            self._strategy.take_fit(state)

    def summary_lines(self) -> Sequence[str]:
        """Return what the strategy has to say, and how many candidates were outside."""
        return [*summary_of(self._strategy), *self._refused.lines()]

    def _copied(self) -> Any:
        if not self._copies:
            return self._strategy
        try:
            return copy.deepcopy(self._strategy)
        except Exception as error:  # whatever a strategy holds
            raise UsageError(
                f"strategy {bounded(repr(self._strategy), 100)} cannot be copied, as --constraint needs it "
                f"({bounded(first_line(error), 100)}): keep what cannot be copied out of it, or say draws_everything = "
                "True where all that it proposes is drawn from its space"
            ) from error
