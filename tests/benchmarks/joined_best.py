"""The best tasks of members, joined: what they reach there, and on others.

Letters: T tasks, D draws, N members looked at, K tasks of a set, ... whatever stands before them.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from tests.benchmarks.panel_statistics import Array, Statistic, spearman

Rows = NDArray[np.intp]


def reached(scores: Array, labels: Array, chosen: Rows, statistic: Statistic = spearman) -> Array:
    """Return rho, or another statistic, of joined tasks, mean over draws: [...].

    scores: [..., T, D, N]; labels: [..., N]; chosen: [..., K]
    """
    found: Array = statistic(join(scores, chosen), labels[..., None, :]).mean(-1)
    return found


def join(scores: Array, chosen: Rows) -> Array:
    """Return the mean logarithm of ranks among N members of the chosen tasks, in each draw: [..., D, N]."""
    taken = np.take_along_axis(scores, chosen[..., None, None], -3)
    logs: Array = np.log(rankdata(taken, axis=-1)).mean(-3)
    return logs


def choose(scores: Array, labels: Array, best: int) -> Rows:
    """Return the tasks of the highest mean rho over draws, best first: [..., K]."""
    return np.argsort(-rho_of(scores, labels), axis=-1, kind="stable")[..., :best]


def rho_of(scores: Array, labels: Array) -> Array:
    """Return the mean rho over draws of each task: [..., T]."""
    found: Array = spearman(scores, labels[..., None, None, :]).mean(-1)
    return found
