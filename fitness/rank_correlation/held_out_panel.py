"""How tasks rank members of a panel that no search was judged by, beside published tasks and the networks' size.

Letters: H members held out, R resamples.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.judging_panel import JudgingPanel
from fitness.rank_correlation.rank_statistics import Interval, bootstrap, interval, spearman
from fitness.rank_correlation.statistic_of_each import spearman_of_each

Array = NDArray[np.float64]

_RESAMPLES = 500
"""Of statistics that are found one resample after the other."""


@dataclass(frozen=True)
class Ranking:
    """How well scores rank the members held out: the statistic with its 95 % bootstrap interval; failed: without one.

    rho: the statistic by which tasks are judged, Spearman's where no other was asked for
    draws: that of the resamples [R], the same rows for all rankings of one panel
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
        value, draws = self._with_draws(scores)
        return Ranking(name, interval(value, draws), int(np.isinf(scores).sum()), draws)

    def _with_draws(self, scores: Array) -> tuple[float, Array]:
        """Return the statistic of scores [H], and of their resamples [R]."""
        if self.statistic is spearman_of_each:
            return spearman(scores, self.labels), bootstrap(scores, self.labels, names=("spearman",))["spearman"]
        rows = np.random.default_rng(0).integers(len(self), size=(_RESAMPLES, len(self)))
        draws = [float(self.statistic(scores[None, drawn], self.labels[drawn])[0]) for drawn in rows]
        return float(self.statistic(scores[None], self.labels)[0]), np.array(draws)
