"""How far scores order pairs of members as their labels do, each pair counting for how sure its labels' order is.

Letters: P members, U of them without a score yet.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Signs = NDArray[np.int64]


def signs_of(values: Array) -> Signs:
    """Return the sign of every value less every other, [P, P]; infinite ones that are equal have none."""
    above: Signs = (values[:, None] > values).astype(int) - (values[:, None] < values)
    return above


def sureness(labels: Array, noise: float) -> Array:
    """Return how sure the order of each pair of labels [P] is, [P, P], 0 to 1.

    That is 2 Phi(d / (sqrt(2) noise)) - 1 of two labels that differ by d: by how much their true order is likelier to
    be the one that they have than the other. noise: the standard deviation of one label; of 0 every order is sure but
    that of equal labels.
    """
    from scipy.special import erf

    if not noise:
        return np.abs(signs_of(labels)).astype(float)
    weights: Array = erf(np.abs(labels[:, None] - labels) / (2 * noise))
    return weights


@dataclass(frozen=True)
class PairAgreement:
    """The weighted mean, -1 to 1, of whether scores order pairs as their labels do: 1 they do, -1 they do the reverse.

    A pair of equal scores is a 0. With sure labels that all differ this is Kendall's tau-a.

    wanted: of each pair its weight, with the sign of the first label less the second, [P, P]; not all are 0
    """

    wanted: Array

    @staticmethod
    def of(labels: Array, noise: float) -> "PairAgreement":
        """Return the agreement with labels [P], each known up to this standard deviation."""
        return PairAgreement(sureness(labels, noise) * signs_of(labels))

    def value(self, scores: Array) -> float:
        """Return the agreement of scores [P]; NaN where all are equal."""
        return self._mean(signs_of(scores)) if np.any(scores != scores[0]) else math.nan

    def highest_of_signs(self, highest: Signs) -> float:
        """Return the highest agreement of which no pair's sign is above that in ``highest`` [P, P]."""
        return self._mean(np.where(self.wanted > 0, highest, -highest.T))

    def highest(self, scores: Array) -> float:
        """Return a number that no completion of scores [P], NaN where unknown, is above.

        Every unknown score has the best place among the known ones that it could have if it were the only one, and all
        pairs of unknown ones agree.
        """
        waiting = np.isnan(scores)
        _, group = np.unique(scores[~waiting], return_inverse=True)
        failed = len(group) and scores[~waiting].min() == -math.inf  # nothing comes below what fails
        places = np.arange(1 if failed else 0, 2 * group.max(initial=-1) + 3)  # odd: tied with a group; even: between
        beside = np.sign(places[:, None] - (2 * group + 1))  # [places, P - U]
        gained = (self.wanted[np.ix_(waiting, ~waiting)] @ beside.T).max(axis=1).sum()
        among = np.abs(self.wanted[np.ix_(waiting, waiting)]).sum() / 2
        known = self.wanted[np.ix_(~waiting, ~waiting)]
        return float((np.sum(known * np.sign(group[:, None] - group)) / 2 + gained + among) / self._total)

    @property
    def _total(self) -> float:
        return float(np.abs(self.wanted).sum() / 2)

    def _mean(self, signs: Signs) -> float:
        return float(np.sum(self.wanted * signs) / 2 / self._total)
