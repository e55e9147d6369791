"""Scores of members by several tasks, made one: the mean of the logarithms of their ranks.

As ``consensus`` does with members of equal weight, here among those of a panel alone. Letters: T tasks, P members.
"""

import math

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.pair_agreement import Signs, signs_of

Array = NDArray[np.float64]


def joined_scores(each: Array) -> Array:
    """Return the mean over tasks of log(rank / P) of scores [T, P], as [P]; ties share their average rank.

    Minus infinity, the score of what failed, is below all others; where a member failed by all tasks its joined score
    is that, too. NaN is not allowed.
    """
    num_tasks, members = each.shape
    doubled = [_doubled_ranks(scores) for scores in each]
    products = [math.prod(ranks) for ranks in zip(*doubled, strict=True)]  # whole: equal ones stay equal
    logs = np.array([math.log(product) for product in products]) / num_tasks - math.log(2 * members)
    return np.where(np.isfinite(each).any(axis=0), logs, -math.inf)


def highest_signs(each: Array) -> Signs:
    """Return the highest sign that one joined score less another can have, [P, P], whatever unknown ones turn out.

    each: scores [T, P], NaN where unknown. A member that no task puts above another, and some task below it, is below
    it; where all tasks put them level they are equal. Of all others either may be above.
    """
    signs = np.array([signs_of(scores) for scores in each])  # that of an unknown score is 0
    most: Signs = signs.max(axis=0)
    highest = np.where((most == 0) & (signs.min(axis=0) < 0), -1, most)
    unknown = np.isnan(each).any(axis=0, keepdims=True)
    return np.where(unknown | unknown.T, 1, highest)


def _doubled_ranks(scores: Array) -> list[int]:
    """Return twice the average rank of each score."""
    ascending = np.sort(scores)
    ranks = np.searchsorted(ascending, scores, side="left") + np.searchsorted(ascending, scores, side="right") + 1
    doubled: list[int] = ranks.tolist()
    return doubled
