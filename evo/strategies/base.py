"""The contract of a search strategy.

The engine calls ``ask`` for trial t once exactly the trials before t - ahead + 1 have been told, and tells them in
order, so a strategy that depends on nothing but ``rng`` and what it was told proposes the same trials for any number
of workers.
"""

from typing import Protocol

import numpy as np

from evo.records.trial import Evaluation, Proposal


class SearchStrategy(Protocol):
    """Proposes candidates and learns from what became of them; made with ``space`` and its own options.

    One that neither samples nor mutates says so by an attribute ``draws_from_space = False``; a space is then not
    prepared for it.
    """

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return what to try next; None to be told more first, or, when nothing is running, to end the search."""
        ...

    def tell(self, evaluation: Evaluation) -> None:
        """Learn what became of a trial; failures come too: they count, they never join the population."""
        ...
