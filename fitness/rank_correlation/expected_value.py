"""What the best of many tasks is to be expected to reach on other architectures, not what it reached by luck.

The best of many is the best on these members partly by chance. How much chance does is measured on the members
themselves: where one half of them chooses, the other shows what the choice is worth.

Letters: T tasks, M members of any part of a panel, P of all of it, D draws of images and initial weights.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.rank_statistics import Interval
from fitness.rank_correlation.statistic import together
from fitness.rank_correlation.statistic_of_each import StatisticOfEach, spearman_of_each

Array = NDArray[np.float64]

SPLITS = 200
NORMAL = 1.959964
"""Standard deviations from the middle of a normal distribution to either end of what holds 95 % of it."""
_FURTHEST = 0.999
"""The largest correlation whose Fisher's z is taken; that of 1 is infinite."""


@dataclass(frozen=True)
class Expected:
    """What is expected of a task, or of several joined, on other architectures: a value with its 95 % interval.

    reached: its mean on the panel over all draws; optimism: how much of that is the luck of the chosen
    """

    reached: float
    optimism: float
    elsewhere: Interval


def optimism(
    scores: Array,
    labels: Array,
    rng: np.random.Generator,
    *,
    statistic: StatisticOfEach = spearman_of_each,
    best: int = 1,
    splits: int = SPLITS,
) -> float:
    """Return by how much the best of T tasks is too good on the P members by which it was chosen.

    The members are cut in halves: the best by one half is worth more there than on the other, by the optimism of half a
    panel. That of the whole is this divided by the root of 2 (1 + r), with r the correlation over tasks of what they
    are worth on one half and on the other: where tasks truly vary by t, and by errors of e on the whole panel, the best
    is too good by a multiple of e / sqrt(t + e), on a half by that of 2 e / sqrt(t + 2 e), and r is t / (t + 2 e).

    Two simplifications offset each other in simulations: tasks that were bred on the panel share luck that no half
    shows, and scores of a second draw are held to be as lucky as those of the first, by which they were chosen.

    scores: [T, P] of every task that was chosen among; labels: [P]; best: how many tasks are chosen, and joined
    """
    half = len(labels) // 2
    gaps, agreements = [], []
    for _ in range(splits):
        order = rng.permutation(len(labels))
        halves = order[:half], order[half:]
        values = [statistic(scores[:, part], labels[part]) for part in halves]
        agreements.append(_correlation(*values))
        for (ours, others), value in zip((halves, halves[::-1]), values, strict=True):
            joined = together(scores[np.argsort(-value, kind="stable")[:best]])[None]
            gaps.append(statistic(joined[:, ours], labels[ours]) - statistic(joined[:, others], labels[others]))
    agreement = max(0.0, float(np.mean(agreements)))
    return float(np.mean(gaps)) / math.sqrt(2 * (1 + agreement))


def expected_value(
    drawn: Array, labels: Array, luck: float, *, statistic: StatisticOfEach = spearman_of_each
) -> Expected:
    """Return what is expected of scores [D, P], whose mean statistic holds ``luck``: what ``optimism`` returns, or 0.

    The interval is that of a rank correlation of P members (Bonett and Wright, 2000); for pairs it is wider than need
    be.
    """
    reached = float(statistic(drawn, labels).mean())
    expected = float(np.clip(reached - luck, -1, 1))
    middle = math.atanh(max(-_FURTHEST, min(expected, _FURTHEST)))
    error = math.sqrt((1 + expected**2 / 2) / max(len(labels) - 3, 1))
    low, high = (math.tanh(middle + side * NORMAL * error) for side in (-1, 1))
    return Expected(reached, luck, Interval(expected, low, high))


def _correlation(one: Array, other: Array) -> float:
    """Return Pearson's correlation of values [T], 0 where either does not vary."""
    ours, theirs = one - one.mean(), other - other.mean()
    lengths = math.sqrt(float((ours @ ours) * (theirs @ theirs)))
    return float(ours @ theirs) / lengths if lengths > 0 else 0.0
