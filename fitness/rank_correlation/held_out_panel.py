"""How tasks rank members of a panel that no search was judged by, beside published tasks and the networks' size.

Letters: H members held out, R resamples.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.judging_panel import JudgingPanel
from fitness.rank_correlation.rank_statistics import Interval, bootstrap, interval, spearman

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """How well scores rank the members held out: Spearman's rho with its 95 % bootstrap interval; failed: without one.

    draws: rho of the resamples [R], the same rows for all rankings of one panel.
    """

    name: str
    rho: Interval
    failed: int
    draws: Array = field(repr=False, compare=False)

    def less(self, other: "Ranking") -> Interval:
        """Return by how much rho is above that of ``other``, with the interval of the difference on the same rows."""
        return interval(self.rho.value - other.rho.value, self.draws - other.draws)


class HeldOutPanel(JudgingPanel):
    """H members that are scored after a search, by its best tasks: ``rank_correlation`` with ``part=held_out``."""

    def rank(self, name: str, scores: Array) -> Ranking:
        """Return how well ``scores`` [H] rank the members."""
        draws = bootstrap(scores, self.labels, names=("spearman",))["spearman"]
        return Ranking(name, interval(spearman(scores, self.labels), draws), int(np.isinf(scores).sum()), draws)
