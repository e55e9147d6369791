"""Whether the architecture parameters of a supernet followed anything but noise, told from its logged epochs.

Parameters that have arrived follow noise from then on, too. So where several seeds end alike, they followed something.

Letters: T epochs, A parameters, S seeds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any

import numpy as np

NOISE_BELOW = 1.5
"""Signal of the epoch in the middle below which gradients are hardly more than noise: at 1.5 the square of an epoch's
mean gradient is nearly half noise, 1 / 1.5^2."""
DRIFT_FROM = 2.0
"""Drift from which parameters kept going one way all the same, as weak gradients make them do over many epochs: a walk
of independent steps gets as far in less than 5 % of all cases, however few directions it has (the square of a normal
value is 4 or more in 4.6 %)."""
ALIKE_FROM = 3.0
"""Standard deviations from which seeds are more alike than noise makes them but once in 700 runs."""
# Of simulated runs of Adam on independent normal gradients, 100 to 400 of each size, both bounds together miss: of 30,
# 224 and 490 parameters 0.2 % at most from 4 steps an epoch on, for 5 to 50 epochs; of 30 whose noise is unequal, each
# 0.75 times that of the last, 8 % at 4 steps and 5 epochs, 2 % at 4 and 10, 0.2 % at most from 12 steps on. Two steps
# an epoch tell too little: their noise gives a signal of 1.4, and 20 % of the runs of 30 parameters are missed.
_LEAST_ROWS = 3  # from which there are two ways to compare


def run_signal(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the signal in the middle of all epochs that have one; None where none has, as in logs of before."""
    known = [row["signal"] for row in rows if row.get("signal") is not None]
    return median(known) if known else None


def run_drift(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """Return how far the parameters have come over how far independent steps come: about 1 for noise.

    It is the distance between the first row and the last over the root of the sum of the squared ways between any two
    rows, the root of T - 1 for equal ways. Of rows of the last stage, and of parameters that all of them have; None for
    fewer than ``_LEAST_ROWS``, and where nothing moved.
    """
    known = [row["alphas"] for row in rows if row.get("alphas") and row["stage"] == rows[-1]["stage"]]
    if len(known) < _LEAST_ROWS or len({len(values) for values in known}) > 1:
        return None
    values = np.array(known, dtype=np.float64)  # [T, A], None becomes not a number
    ways = np.diff(values[:, np.isfinite(values).all(0)], axis=0)
    steps = math.sqrt(float((ways**2).sum()))
    return float(np.linalg.norm(ways.sum(0))) / steps if steps else None


def is_noise(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the parameters followed hardly more than noise; not where nothing is known of their gradients.

    rows: of one seed, in the order of its epochs, without those that it went back from
    """
    signal, drift = run_signal(rows), run_drift(rows)
    return signal is not None and signal < NOISE_BELOW and (drift is None or drift < DRIFT_FROM)


@dataclass(frozen=True)
class Likeness:
    """How alike the parameters of seeds are.

    cosine: of two seeds, the mean over all pairs; 0 for noise, whose standard deviation is ``by_noise``
    """

    cosine: float
    by_noise: float

    @property
    def is_sure(self) -> bool:
        """Whether noise does not explain it."""
        return self.cosine >= ALIKE_FROM * self.by_noise


def likeness(ends: Sequence[Sequence[float | None] | None]) -> Likeness | None:
    """Return how alike seeds are, of their last parameters [S, A]; None for one seed, or where nothing is to compare.

    The deviation is that of parameters each of which might as well have the other sign. Those that a seed no longer has
    are left out.
    """
    known = [end for end in ends if end]
    if len(known) < 2 or len({len(end) for end in known}) > 1:
        return None
    values = np.array(known, dtype=np.float64)  # None becomes not a number
    values = values[:, np.isfinite(values).all(0)]
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    if not values.size or not lengths.all():
        return None
    products = np.array([one * other for one, other in combinations(values / lengths, 2)])  # [pairs, A]
    return Likeness(float(products.sum(1).mean()), math.sqrt(float((products**2).sum())) / len(products))
