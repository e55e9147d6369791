"""What members say of candidates, made one number: the weighted mean of the logarithms of their positions.

A low position costs more than an equally high one gains: a candidate has to convince all members. During a search
positions are those in the frozen sample; at its end all candidates are ranked anew, among sample and run together.

Letters: N candidates of the sample, M of the run.
"""

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Logarithms = TypeVar("Logarithms", float, Array)


def joined(logs: Mapping[str, Logarithms], weights: Mapping[str, float]) -> Logarithms:
    """Return the weighted mean of the members' logarithms of positions, by label; members of weight 0 have no say.

    Raises ValueError where no member has a weight.
    """
    total = sum(weights.values())
    if not total > 0:
        raise ValueError("no member has a weight above 0")
    terms = [weight / total * logs[label] for label, weight in weights.items() if weight]
    return reduce(add, terms)


def final_scores(weights: Mapping[str, float], sample: Mapping[str, ArrayLike], run: Mapping[str, ArrayLike]) -> Array:
    """Return by what the candidates of a run [M] are ranked when it ends; higher is better, NaN where all members fail.

    That is the weighted mean of the logarithms of mid-rank / (N + M + 1) among sample and run together. Where a member
    has no finite score for a candidate, its rank is 1 there, and all that have one are above it.

    weights: of each label; sample: its scores [N]; run: its scores [M], in the same order of candidates for all labels.
    An equal candidate that stands in a sample or run twice counts twice. Raises ValueError where no weight is above 0.
    """
    heard = [label for label, weight in weights.items() if weight]
    ours = {label: np.asarray(run[label], dtype=float) for label in heard}
    logs = {label: _final_logs(np.asarray(sample[label], dtype=float), ours[label]) for label in heard}
    scores = joined(logs, weights)
    failed = np.all([~np.isfinite(values) for values in ours.values()], axis=0)
    return np.where(failed, np.nan, scores)


def _final_logs(sample: Array, run: Array) -> Array:
    """Return the logarithms of the positions of run [M] among sample [N] and run."""
    together = np.concatenate([sample, run])
    ascending = np.sort(together[np.isfinite(together)])
    failed = len(together) - len(ascending)
    below = np.searchsorted(ascending, run, side="left")
    upto = np.searchsorted(ascending, run, side="right")
    ranks = np.where(np.isfinite(run), failed + (below + upto + 1) / 2, 1.0)
    logs: Array = np.log(ranks / (len(together) + 1))
    return logs
