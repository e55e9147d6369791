"""How much each member counts, from the labels of a few candidates.

Twenty labels say little: the standard error of a rank correlation among them is .23. So weights move from where they
would be without labels only as far as labels call for it: of a grid of weights those are taken whose joined scores have
the highest rank correlation with the labels, less half a standard error for all the weight moved from one member to
another.

Letters: P labelled candidates, K members, G points of the grid.
"""

import math
from collections.abc import Collection, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from fitness.rank_correlation.rank_statistics import spearman

Array = NDArray[np.float64]

STANDARD_ERRORS = 0.5
"""What moving all the weight costs, in standard errors of a rank correlation among as many labels."""
MOST_STEPS, MOST_POINTS = 20, 1_001


def panel_weights(
    logs: Mapping[str, Array], labels: Array, base: Mapping[str, float], *, silent: Collection[str] = ()
) -> dict[str, float]:
    """Return the weights by label, together 1.

    logs: logarithms of the positions of the P candidates, by the member's label; labels: [P], higher is better; base:
    the weights without labels, together 1; silent: members that have no say whatever labels show, as those that are
    constant on the sample. Any other may be given one, also what is nothing but size and has none without labels.
    """
    heard = [label for label in base if label not in silent]
    start = np.array([base[label] for label in heard])
    columns = np.stack([logs[label] for label in heard])
    grid = np.vstack([start, list(_simplex(_steps(len(heard)), len(heard)))])
    moved = np.abs(grid - start).sum(axis=1) / 2
    price = STANDARD_ERRORS / math.sqrt(len(labels) - 1)
    gains = np.array([_agreement(weights @ columns, labels) for weights in grid]) - price * moved
    best = grid[int(np.argmax(gains))]
    return {**dict.fromkeys(base, 0.0), **dict(zip(heard, best.tolist(), strict=True))}


def _agreement(scores: Array, labels: Array) -> float:
    rho = spearman(scores, labels)
    return 0.0 if math.isnan(rho) else rho  # all alike


def _steps(members: int) -> int:
    """Return into how many steps the weight of a member is cut, so that the grid has at most ``MOST_POINTS`` points."""
    fitting = (steps for steps in range(MOST_STEPS, 1, -1) if math.comb(steps + members - 1, steps) <= MOST_POINTS)
    return next(fitting, 1)


def _simplex(steps: int, members: int) -> Iterator[Array]:
    """Yield all weights [K] that are whole numbers of steps, together 1."""
    for counts in _compositions(steps, members):
        yield np.array(counts) / steps


def _compositions(whole: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        yield from ((first, *rest) for rest in _compositions(whole - first, parts - 1))
