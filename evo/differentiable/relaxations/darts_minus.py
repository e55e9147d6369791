"""DARTS- (Chu et al., 2021): an auxiliary skip takes over what skips do for training, and decays."""

import math
from typing import Any

from evo.differentiable.relaxations.base import Moment, SupernetPass
from evo.differentiable.relaxations.softmax_relaxation import SoftmaxRelaxation
from spaces import Alphas, Gates, Supernet, SupernetOptions


class DartsMinus(SoftmaxRelaxation):
    """The softmax mixture plus an auxiliary skip on every edge, which is no candidate and so is never derived.

    skip: its weight in the first of E epochs; in epoch e, counted from 0, it is (E - e) / E of that, in every kind of
        pass, so that it never becomes 0 within the search
    """

    def __init__(self, *, skip: float = 1.0) -> None:
        """Raise ValueError for a weight out of range."""
        super().__init__()
        if not 0 < skip < math.inf:
            raise ValueError(f"skip={skip}: must be a finite number above 0")
        self._most = self._weight = skip

    def options(self) -> SupernetOptions:
        """Return that edges have an auxiliary skip."""
        return SupernetOptions(auxiliary_skip=True)

    def on_epoch(self, moment: Moment, supernet: Supernet[Any]) -> SupernetOptions | None:
        """Set the weight of the auxiliary skip."""
        self._weight = self._most * (1 - moment.progress)
        return None

    def gates(self, alphas: Alphas, supernet_pass: SupernetPass) -> Gates:
        """Return the mixture and the weight of the auxiliary skip."""
        return Gates(super().gates(alphas, supernet_pass).cells, auxiliary=self._weight)
