"""What a task is judged by: a statistic of the scores that it gives a panel's members, and of their labels.

Letters: T tasks that are judged together, P members.
"""

import math
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.joined_scores import highest_signs, joined_scores
from fitness.rank_correlation.pair_agreement import PairAgreement, Signs, signs_of
from fitness.rank_correlation.rank_statistics import spearman
from fitness.rank_correlation.spearman_bound import highest_spearman

Array = NDArray[np.float64]

StatisticName = Literal["spearman", "pairs"]


class Ranks(Protocol):
    """How well scores rank members, -1 to 1."""

    def value(self, scores: Array) -> float:
        """Return it of scores [P]; NaN where all are equal."""
        ...

    def highest(self, scores: Array, enough: float) -> float:
        """Return the highest that a completion of scores [P], NaN where unknown, may have.

        enough: where it is at least this, any number from this on will do
        """
        ...

    def highest_of_signs(self, highest: Signs) -> float:
        """Return the highest where no score less another has a sign above that in ``highest`` [P, P]."""
        ...


@dataclass(frozen=True)
class Rho:
    """Spearman's rho with labels [P]."""

    labels: Array

    def value(self, scores: Array) -> float:
        """Return rho; ties share their average rank."""
        return spearman(scores, self.labels)

    def highest(self, scores: Array, enough: float) -> float:
        """Return the highest rho of any completion."""
        return highest_spearman(scores, self.labels, enough=enough)

    def highest_of_signs(self, highest: Signs) -> float:
        """Return a number that no rho with such signs is above.

        A centred rank is half the sum of a member's signs. So the product of the ranks of scores and labels is a sum
        over pairs, of the difference of the labels' ranks times half the sign. The square of the scores' ranks is what
        P different ones have, (P^3 - P) / 12, less a twelfth of the sum of t^3 - t over groups of t equal ones. Of U
        pairs that may be equal, no group has more than t with t (t - 1) / 2 = U, and the sum is at most 2 U (t + 1).
        """
        ranks, members = signs_of(self.labels).sum(axis=1) / 2, len(self.labels)
        wanted = ranks[:, None] - ranks
        product = np.sum(wanted * np.where(wanted > 0, highest, -highest.T)) / 4
        strict = np.minimum(highest, highest.T) < 0
        equal = (members * (members - 1) - np.count_nonzero(strict)) / 2 if product > 0 else 0.0
        largest = (1 + math.sqrt(1 + 8 * equal)) / 2
        square = (members**3 - members - 2 * equal * (largest + 1)) / 12
        return 1.0 if square <= 0 else min(1.0, float(product / math.sqrt(square * (ranks @ ranks))))


@dataclass(frozen=True)
class Pairs:
    """The agreement with labels about pairs of members."""

    agreement: PairAgreement

    def value(self, scores: Array) -> float:
        """Return the agreement."""
        return self.agreement.value(scores)

    def highest(self, scores: Array, enough: float) -> float:
        """Return a number that the agreement of no completion is above."""
        return self.agreement.highest(scores)

    def highest_of_signs(self, highest: Signs) -> float:
        """Return the highest agreement of such signs."""
        return self.agreement.highest_of_signs(highest)


@dataclass(frozen=True)
class Statistic:
    """The statistic of a task or of a set of tasks.

    ranks: what of higher is better; of the labels reversed as well where the sign is dropped
    """

    ranks: tuple[Ranks, ...]

    @staticmethod
    def of(name: StatisticName, labels: Array, *, noise: float = 0.0, absolute: bool = False) -> "Statistic":
        """Return a statistic of labels [P], each known up to the standard deviation ``noise``."""
        ways = [labels, -labels] if absolute else [labels]
        if name == "pairs":
            return Statistic(tuple(Pairs(PairAgreement.of(way, noise)) for way in ways))
        return Statistic(tuple(Rho(way) for way in ways))

    def value(self, scores: Array) -> float:
        """Return it of scores [P], joined where they are of a set; NaN where all are equal."""
        return max(ranks.value(scores) for ranks in self.ranks)

    def highest(self, each: Array, enough: float) -> float:
        """Return a number that no completion of scores [T, P], NaN where unknown, is above.

        enough: where it is at least this, any number from this on will do. Where all are known it is their value.
        """
        if not np.isnan(each).any():
            return self.value(together(each))
        if len(each) == 1:
            return max(ranks.highest(each[0], enough) for ranks in self.ranks)
        signs = highest_signs(each)
        return max(ranks.highest_of_signs(signs) for ranks in self.ranks)


def together(each: Array) -> Array:
    """Return scores [T, P] as [P]: those of one task as they are, those of several joined."""
    return each[0] if len(each) == 1 else joined_scores(each)
