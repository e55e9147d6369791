"""The contract of a search strategy.

The engine calls ``ask`` for trial t once exactly t - ahead + 1 trials have been told, or before where the strategy says
that its next proposal needs no telling; it tells them in an order that no worker has a say in. So a strategy that
depends on nothing but ``rng`` and what it was told proposes the same trials for any number of workers.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from evo.records.trial import Evaluation, Proposal
from spaces import SearchSpace
from tasks.foundation.errors import UsageError


class SearchStrategy(ABC):
    """Proposes candidates and learns from what became of them; made of its options, and begun with a space.

    The engine begins a copy of an object that a caller hands over, for every run and every replay.
    """

    draws_from_space: bool = True
    """Whether it samples or mutates; a space is not prepared for one that does neither."""

    draws_everything: bool = False
    """Whether all that it proposes is what its space has sampled, mutated or decoded, which is within constraints.

    Under these, a strategy that makes candidates in another way is copied before it is asked, see ``WithinLimits``.
    """

    _space: SearchSpace[Any] | None = None

    def begin(self, space: SearchSpace[Any], *, expected: int = 0) -> None:
        """Search ``space``; raises UsageError where that was said before.

        expected: candidates that will be told although they were not asked for, as in a warm start.
        """
        self.check_fresh()
        self._space = space

    def check_fresh(self) -> None:
        """Raise UsageError where a search has begun with this object already."""
        if not self.fresh:
            raise UsageError(
                f"strategy {type(self).__name__} was asked already; hand over a new one, as it holds what it was told"
            )

    @property
    def fresh(self) -> bool:
        """Whether no search has begun with it yet."""
        return self._space is None

    @property
    def space(self) -> SearchSpace[Any]:
        """The space it was begun with; raises UsageError before that."""
        if self._space is None:
            raise UsageError(
                f"strategy {type(self).__name__} has no space yet; call begin(space), or let a search do it"
            )
        return self._space

    def needs_telling(self) -> bool:
        """Return whether its next proposal depends on what it is told until it is asked; False lets it run ahead.

        A first population that is random, or a list, is proposed at once, so that no worker waits for the slowest of
        its trials; the proposals are the same as at any look-ahead. ``evo.check`` verifies what is said here.
        """
        return True

    def summary_lines(self) -> Sequence[str]:
        """Return what there is to say of how the search went, line by line, for its summary."""
        return []

    @abstractmethod
    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return what to try next; None to be told more first, or, when nothing is running, to end the search."""

    @abstractmethod
    def tell(self, evaluation: Evaluation) -> None:
        """Learn what became of a trial; failures come too: they count, they never join the population."""


def summary_of(strategy: object) -> Sequence[str]:
    """Return what a strategy has to say of how the search went; nothing for one that does not know of that."""
    return strategy.summary_lines() if isinstance(strategy, SearchStrategy) else []


def waits_for_tells(strategy: object) -> bool:
    """Return whether what a strategy proposes next depends on what it is told; True for one that does not say."""
    return strategy.needs_telling() if isinstance(strategy, SearchStrategy) else True
