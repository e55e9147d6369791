"""What the best of many tasks is to be expected to reach on other architectures, not what it reached by luck.

The best of many is the best on these members partly by chance. How much chance does is measured on the members
themselves: where one half of them chooses, the other shows what the choice is worth.

Letters: T tasks, M members of any part of a panel, P of all of it, D draws of images and initial weights, K counts,
H halves.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.rank_statistics import Interval
from fitness.rank_correlation.statistic import together
from fitness.rank_correlation.statistic_of_each import Places, StatisticOfEach, places, spearman_of_each

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

SPLITS = 200
NORMAL = 1.959964
"""Standard deviations from the middle of a normal distribution to either end of what holds 95 % of it."""
_FURTHEST = 0.999
"""The largest correlation whose Fisher's z is taken; that of 1 is infinite."""


@dataclass(frozen=True)
class Expected:
    """What is expected of a task, or of several joined, on other architectures: a value with its 95 % interval.

    The value is what it reached, less the luck of the chosen, and more by what is lost where members are few.

    reached: its mean on the panel over all draws; luck: how much of that is the luck of the chosen
    few: by how much the statistic of so few members is below that of many, on average
    """

    reached: float
    luck: float
    few: float
    elsewhere: Interval

    def to_json(self) -> dict[str, float]:
        """Return all numbers; value, low and high are what is expected elsewhere."""
        ends = {"value": self.elsewhere.value, "low": self.elsewhere.low, "high": self.elsewhere.high}
        return {"reached": self.reached, "luck": self.luck, "few_members": self.few, **ends}


def luck_of_best(
    scores: Array,
    labels: Array,
    rng: np.random.Generator,
    *,
    statistic: StatisticOfEach = spearman_of_each,
    counts: Sequence[int] = (1,),
    splits: int = SPLITS,
) -> list[float]:
    """Return by how much the best of T tasks are too good on the P members by which they were chosen, for each count.

    The members are cut in halves: the best by one half are worth more there than on the other, by the luck of half a
    panel. Where tasks differ by chance alone, that of the whole is this divided by the root of 2. Where they truly
    differ it falls faster with the number of members. So it is divided by the root of 2 times 1 + R as well, with R how
    far whole panels would agree about tasks: 2 r / (1 + r) of the correlation r over tasks between halves (Spearman,
    1910; Brown, 1910).

    That divisor was chosen among others by simulation. With 20 members, 24 or 60 tasks, the best ten scored again, and
    ``few`` made up for, what is then expected of the best task or the best five joined was on average within .04 of
    what they reached, whether tasks differed or not. Tasks there were drawn at random; those that are bred on the panel
    share luck that no half shows. And scores of a second draw are held to be as lucky as those of the first.

    scores: [T, P] of every task that was chosen among; labels: [P]; counts [K]: how many tasks are chosen, and joined
    """
    ranked, half, gaps, agreements = places(scores), len(labels) // 2, [], []
    for _ in range(splits):
        order = rng.permutation(len(labels))
        halves = _Halves(ranked, labels, (order[:half], order[half:]), statistic)
        agreements.append(_correlation(*halves.values))
        gaps += [[halves.lost(here, count) for count in counts] for here in (0, 1)]
    agreement = max(0.0, float(np.mean(agreements)))
    divisor = math.sqrt(2) * (1 + 2 * agreement / (1 + agreement))
    return [float(mean) / divisor for mean in np.mean(gaps, axis=0)]


class _Halves:
    """Two parts of a panel, and what the best tasks of one are worth on the other."""

    def __init__(self, ranked: Places, labels: Array, parts: tuple[Rows, Rows], statistic: StatisticOfEach) -> None:
        self._ranked, self._labels, self._parts, self._statistic = ranked, labels, parts, statistic
        self.values = [self._of(part, ranked) for part in parts]
        """The statistic of each task on either part, [T] each."""

    def lost(self, here: int, count: int) -> float:
        """Return by how much the best tasks of part ``here``, joined, are worth less on the other."""
        best = np.argsort(-self.values[here], kind="stable")[:count]
        if len(best) == 1:
            return float(self.values[here][best[0]] - self.values[1 - here][best[0]])
        joined = together(self._ranked[best].astype(float))[None]
        ours, theirs = (self._of(self._parts[part], joined)[0] for part in (here, 1 - here))
        return float(ours - theirs)

    def _of(self, part: Rows, scores: Array | Places) -> Array:
        return self._statistic(scores[:, part], self._labels[part])


def expected_value(
    drawn: Array, labels: Array, luck: float, *, statistic: StatisticOfEach = spearman_of_each
) -> Expected:
    """Return what is expected of scores [D, P], whose mean statistic holds ``luck``: what ``luck_of_best`` says, or 0.

    The interval is that of a rank correlation of P members (Bonett and Wright, 2000); for pairs it is wider than need
    be. In the simulations of ``luck_of_best`` it held 94 to 100 % of what came.
    """
    reached, few = float(statistic(drawn, labels).mean()), few_members(drawn, labels, statistic=statistic)
    expected = float(np.clip(reached - luck + few, -1, 1))
    middle = math.atanh(max(-_FURTHEST, min(expected, _FURTHEST)))
    error = math.sqrt((1 + expected**2 / 2) / max(len(labels) - 3, 1))
    low, high = (math.tanh(middle + side * NORMAL * error) for side in (-1, 1))
    return Expected(reached, luck, few, Interval(expected, low, high))


def few_members(scores: Array, labels: Array, *, statistic: StatisticOfEach = spearman_of_each) -> float:
    """Return by how much the mean statistic of scores [D, P] falls short as members are few, 0 below four members.

    That is P times what leaving a member out takes off on average, as by the jackknife (Quenouille, 1956). A statistic
    that falls short by c / (P + 1), as Spearman's rho does (Hoeffding, 1948), is without bias then: where nothing is
    tied this is 3 (rho - tau) / (P - 2), with Kendall's tau. It is 0 of pairs that count alike.
    """
    members = len(labels)
    if members < 4:
        return 0.0
    others = (np.delete(np.arange(members), member) for member in range(members))
    left = np.mean([statistic(scores[:, rest], labels[rest]).mean() for rest in others])
    return float(members * (statistic(scores, labels).mean() - left))


def _correlation(one: Array, other: Array) -> float:
    """Return Pearson's correlation of values [T], 0 where either does not vary."""
    ours, theirs = one - one.mean(), other - other.mean()
    lengths = math.sqrt(float((ours @ ours) * (theirs @ theirs)))
    return float(ours @ theirs) / lengths if lengths > 0 else 0.0
