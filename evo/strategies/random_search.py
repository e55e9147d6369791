"""Random search: the baseline that every strategy must beat (Li and Talwalkar, 2019)."""

import numpy as np

from evo.records.trial import Evaluation, Proposal
from evo.strategies.base import SearchStrategy


class RandomSearch(SearchStrategy):
    """Samples the space and learns nothing."""

    draws_everything = True

    def needs_telling(self) -> bool:
        """Return False: it learns nothing."""
        return False

    def ask(self, rng: np.random.Generator) -> Proposal:
        """Return a random member."""
        return Proposal(self.space.sample(rng))

    def tell(self, evaluation: Evaluation) -> None:
        """Forget it."""
