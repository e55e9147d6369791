"""Layers of a graph: every link leads from a layer to a later one, and all links together are as short as can be.

Gansner et al., A technique for drawing directed graphs (1993), whose first step this is, as a linear programme.

Letters: N items, M links.
"""

from collections.abc import Collection, Sequence

import numpy as np
from scipy.optimize import linprog

Link = tuple[int, int]
_EARLY = 1e-3  # how much an item would rather stand in an earlier layer than in a later one, links equally long


def layers_of(count: int, links: Sequence[Link], first: Collection[int], last: Collection[int]) -> list[int]:
    """Return the layer of each of ``count`` items, from 0; links have no cycle.

    first: items that nothing leads to and that stand in layer 0; last: items that lead to nothing and stand in the
    last one
    """
    if not links:
        return [int(item in last and item not in first) for item in range(count)]
    costs = np.full(count, _EARLY)
    steps = np.zeros((len(links), count))
    for row, (source, target) in enumerate(links):
        costs[source] -= 1
        costs[target] += 1
        steps[row, [source, target]] = 1, -1
    others = [(item, end) for end in last for item in range(count) if item != end]
    beyond = np.zeros((len(others), count))
    for row, (item, end) in enumerate(others):
        beyond[row, [item, end]] = 1, -1
    limits = np.concatenate([np.full(len(links), -1.0), np.zeros(len(others))])
    bounds = [(0, 0) if item in first else (0, None) for item in range(count)]
    solved = linprog(costs, np.vstack([steps, beyond]), limits, bounds=bounds, method="highs-ds").x
    assert solved is not None  # links without a cycle always have layers
    return [round(layer) for layer in solved.tolist()]
