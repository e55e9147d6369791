"""Random search: the baseline that every strategy must beat (Li and Talwalkar, 2019)."""

from typing import Any

import numpy as np

from evo.records.trial import Evaluation, Proposal
from spaces import SearchSpace


class RandomSearch:
    """Samples the space and learns nothing."""

    def __init__(self, space: SearchSpace[Any]) -> None:
        """Search ``space``."""
        self._space = space

    def ask(self, rng: np.random.Generator) -> Proposal:
        """Return a random member."""
        return Proposal(self._space.sample(rng))

    def tell(self, evaluation: Evaluation) -> None:
        """Forget it."""
