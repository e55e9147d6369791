"""What a score's best rows are worth, and which rows are truly the best.

Letters: N rows, R resamples. Larger is better in scores and labels alike; infinite scores are ranked, NaN is not
allowed.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.rank_statistics import RESAMPLES
from fitness.rank_correlation.resampled_rows import (
    Array,
    Measure,
    ResampledRows,
    ScoredRows,
    as_they_are,
    resampled,
    top_places,
)

BEST = 10
"""Rows whose mean label is reported."""
TOP = 10
"""Percentage of the rows that is the true top, and down to which the order of scores counts."""
BEST_LABEL, NDCG = BEST_NAMES = ("best ten", "nDCG")


def top_rows(labels: Array, top: float = TOP) -> NDArray[np.bool_]:
    """Return which rows have a label among the best ``top`` % of labels [N], all of those tied at the cut: [N]."""
    cut = np.sort(labels)[-top_places(len(labels), top)]
    found: NDArray[np.bool_] = labels >= cut
    return found


def best_statistics(scores: Array, labels: Array) -> dict[str, float]:
    """Return the statistics of ``BEST_NAMES`` of scores [N] and labels [N].

    ``best ten``: mean label of the ten best rows by score, or of all where there are fewer; ties at the cut share the
    places left. ``nDCG``: discounted cumulative gain (Jarvelin and Kekalainen, 2002) of the best 10 % of the rows by
    score over that of the best by label. The gain of a row is its label, scaled so that the worst of labels [N] is 0
    and the best is 1; that in place i counts 1 / log2(i + 1), and tied rows share the sum of their places. NaN where
    labels are all equal.
    """
    rows = as_they_are(scores, labels)
    return {name: float(measure(rows)[0]) for name, measure in _measures(labels).items()}


def bootstrap_best(scores: Array, labels: Array, *, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Array]:
    """Return the same of rows drawn with replacement, [R] each: the rows that ``bootstrap`` draws with this seed.

    A row keeps its gain in all resamples.
    """
    return resampled(_measures(labels), ScoredRows(scores, labels), resamples=resamples, seed=seed, limits={})


def _measures(labels: Array) -> Mapping[str, Measure]:
    spread = float(np.ptp(labels))
    gains = (labels - labels.min()) / spread if spread else np.full(len(labels), np.nan)
    return {BEST_LABEL: partial(_best_label, labels=labels), NDCG: partial(_discounted, gains=gains)}


def _best_label(sample: ResampledRows, labels: Array) -> Array:
    places = min(BEST, sample.counts.shape[1])
    found: Array = np.einsum("rn,rn,n->r", sample.counts, sample.scores.top_shares(places), labels) / places
    return found


def _discounted(sample: ResampledRows, gains: Array) -> Array:
    num_rows = sample.counts.shape[1]
    discounts = np.zeros(num_rows + 1)
    places = np.arange(1, top_places(num_rows, TOP) + 1)
    discounts[places] = 1 / np.log2(places + 1)
    until = np.cumsum(discounts)
    ours, best = (
        np.einsum("rn,rn,n->r", sample.counts, groups.place_weights(until), gains)
        for groups in (sample.scores, sample.labels)
    )
    found = np.full(len(best), np.nan)
    np.divide(ours, best, out=found, where=best > 0)
    return found
