"""A strategy of which no proposal outside of limits gets out: it is asked again, as if it had not been.

Strategies that try what they draw from their space never come to that, see ``NarrowedSpace``; those that make their
candidates in another way do.
"""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from evo.constraints.size_limits import MOST_TRIES, Refused
from evo.records.trial import Proposal
from evo.strategies.wrapped import WrappedStrategy
from spaces import SearchSpace
from tasks.foundation.errors import UsageError, bounded, first_line


class WithinLimits(WrappedStrategy):
    """Proposes what another strategy does, as far as that is within limits, and tells it of nothing else.

    A refused proposal leaves no trace: a copy of the strategy is asked, and takes its place with what it proposed if
    that may be tried. A strategy that says that it draws all candidates from its space, or none of them, is asked
    itself: the one proposes nothing outside, and the other would propose the same again, and is to pass it over.
    """

    def __init__(self, strategy: Any, space: SearchSpace[Any], refused: Refused) -> None:
        """Keep a strategy that was begun with the narrowed space; raises UsageError where it cannot be copied."""
        super().__init__(strategy)
        self._narrow, self._refused = space, refused
        self._copies = self.draws_from_space and not self.draws_everything
        self._copied()

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return the first proposal within limits; raises OutsideConstraintsError where ``MOST_TRIES`` are not."""
        for _ in range(MOST_TRIES):
            asked = self._copied()
            proposal: Proposal | None = asked.ask(rng)  # of somebody's own strategy it may be anything
            if not isinstance(proposal, Proposal) or self._refused.takes(self._narrow.encode(proposal.candidate)):
                self._within = asked
                return proposal
        self._refused.give_up()

    def summary_lines(self) -> Sequence[str]:
        """Return what the strategy has to say, and how many candidates were outside."""
        return [*super().summary_lines(), *self._refused.lines()]

    def _copied(self) -> Any:
        if not self._copies:
            return self._within
        try:
            return copy.deepcopy(self._within)
        except Exception as error:  # whatever a strategy holds
            raise UsageError(
                f"strategy {bounded(repr(self._within), 100)} cannot be copied, as --constraint needs it "
                f"({bounded(first_line(error), 100)}): keep what cannot be copied out of it, or say draws_everything = "
                "True where all that it proposes is drawn from its space"
            ) from error
