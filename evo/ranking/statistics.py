"""How well scores rank labelled candidates that were not learnt from: what is reported of a predictor.

Letters: N candidates, T tiers, R resamples. Larger is better in scores and labels alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.tiers import tiers_of
from fitness.rank_correlation.rank_statistics import Interval, bootstrap, interval, kendall, retrieving_rate, spearman

Floats = NDArray[np.float64]

CORRELATIONS = ("kendall", "spearman")
"""What has an interval."""
TOP = 1
"""Per cent of the candidates that are the best of all."""
PICKED = 10
"""Candidates that are looked at, those of the highest scores: what is their best rank by label?"""
RATES = ("tiers right", f"best {TOP} %", f"best of {PICKED}")
"""What is a plain number."""


@dataclass(frozen=True)
class Quality:
    """How well one column of scores ranks labels, by name.

    intervals: of ``CORRELATIONS``
    rates: ``tiers right``, the share of candidates whose tier is the one of their label; ``best 1 %``, the share of
    the best hundredth by label that is in the best hundredth by score; ``best of 10``, the best rank by label, 1 the
    best of all, of the ten with the highest scores
    draws: the resamples [R] of the intervals
    """

    intervals: Mapping[str, Interval]
    rates: Mapping[str, float]
    draws: Mapping[str, Floats] = field(default_factory=dict, repr=False)

    def less(self, other: "Quality") -> Mapping[str, Interval]:
        """Return by how much each correlation is above another's on the same rows and resamples."""
        return {
            name: interval(mine.value - other.intervals[name].value, self.draws[name] - other.draws[name])
            for name, mine in self.intervals.items()
        }


def quality(scores: Floats, labels: Floats, tiers: NDArray[np.int64] | None = None) -> Quality:
    """Return how well scores [N] rank labels [N]; tiers: see ``rates``."""
    values = {"kendall": kendall(scores, labels), "spearman": spearman(scores, labels)}
    draws = bootstrap(scores, labels, names=CORRELATIONS)
    intervals = {name: interval(values[name], draws[name]) for name in CORRELATIONS}
    return Quality(intervals, rates(scores, labels, tiers), draws)


def rates(scores: Floats, labels: Floats, tiers: NDArray[np.int64] | None = None) -> Mapping[str, float]:
    """Return ``RATES`` of scores [N] and labels [N].

    tiers: of candidates [N] as predicted, 0 the best; None for those that the ranks of the scores give
    """
    predicted = tiers_of(scores.tolist()) if tiers is None else tiers
    found = (
        float(np.mean(predicted == tiers_of(labels.tolist()))),
        retrieving_rate(scores, labels, TOP),
        float(best_rank(scores, labels)),
    )
    return dict(zip(RATES, found, strict=True))


def best_rank(scores: Floats, labels: Floats, picked: int = PICKED) -> int:
    """Return the best rank by label [N], 1 the best of all, among the ``picked`` candidates of the highest scores [N].

    Of equal scores the earlier is picked; a rank is one more than the number of better labels.
    """
    chosen = np.argsort(-scores, kind="stable")[:picked]
    return 1 + int(np.sum(labels > labels[chosen].max()))
