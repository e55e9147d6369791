"""Where the items of ordered layers stand: links are as straight as can be, and nobody is nearer than allowed.

Gansner et al., A technique for drawing directed graphs (1993), as a linear programme. Of all its solutions, the middle
between the leftmost and the rightmost is taken.

Letters: N items, M links, P pairs of items side by side.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog

_ASIDE = 1e-3  # how much an item would rather stand to one side, links equally straight


def coordinates(
    layers: Sequence[Sequence[int]],
    links: Sequence[tuple[int, int]],
    weights: Sequence[float],
    apart: Callable[[int, int], float],
) -> list[float]:
    """Return where the middle of each item stands across its layer, the smallest 0.

    layers: items 0 to N - 1 in order; links [M] between layers that follow each other, weights [M]: how much each
    should be straight; apart: how far the middles of two items side by side have to be apart at least
    """
    count = sum(map(len, layers))
    pairs = [pair for layer in layers for pair in pairwise(layer)]
    rows = np.zeros((len(pairs) + 2 * len(links), count + len(links)))
    limits = np.zeros(len(rows))
    for row, (left, right) in enumerate(pairs):
        rows[row, [left, right]] = 1, -1
        limits[row] = -apart(left, right)
    for number, (source, target) in enumerate(links):
        row = len(pairs) + 2 * number
        rows[row, [source, target, count + number]] = 1, -1, -1
        rows[row + 1, [source, target, count + number]] = -1, 1, -1
    costs = [np.concatenate([np.full(count, side), weights]) for side in (_ASIDE, -_ASIDE)]
    widest = sum(apart(*pair) for pair in pairs) + 1  # no optimum needs more
    sides = []
    for each in costs:
        solved = linprog(each, rows, limits, bounds=(0, widest), method="highs-ds").x
        assert solved is not None  # there is always room
        sides.append(solved[:count] - solved[:count].min())
    middle = (sides[0] + sides[1]) / 2
    return [float(place) for place in middle - middle.min()]
