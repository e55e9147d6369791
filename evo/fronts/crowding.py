"""How lonely points of one front lie: the crowding distance of NSGA-II (Deb et al., 2002).

Letters: N points, M objectives.
"""

import numpy as np
from numpy.typing import NDArray

from evo.fronts.dominance import Points


def crowding_distances(points: Points) -> NDArray[np.float64]:
    """Return of each of ``points`` [N, M], all of one front, how far its neighbours are apart [N].

    That is the sum over the objectives of the distance between the next lower and the next higher point, in units of
    the objective's range; infinite for the lowest and the highest of an objective. An objective without a range counts
    for nothing. Of equal values the earlier point is the lower one. A copy of an earlier point has none, and is
    nobody's neighbour: else all copies of an extreme point would be as lonely as another extreme, and outlive it.
    """
    distances = np.zeros(len(points))
    _, firsts = np.unique(points, axis=0, return_index=True)
    firsts.sort()
    distances[firsts] = _of_different(points[firsts])
    return distances


def _of_different(points: Points) -> NDArray[np.float64]:
    """Return the distance of each of ``points`` [N, M], no two of which are equal [N]."""
    distances = np.zeros(len(points))
    for values in points.T:
        order = np.argsort(values, kind="stable")
        span = values[order[-1]] - values[order[0]] if len(order) else 0.0
        if span > 0:
            distances[order[[0, -1]]] = np.inf
            distances[order[1:-1]] += (values[order[2:]] - values[order[:-2]]) / span
    return distances


def front_distances(points: Points, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the crowding distance of each of ``points`` [N, M] within its own front; ranks [N]: the fronts."""
    distances = np.zeros(len(points))
    for rank in np.unique(ranks):
        own = ranks == rank
        distances[own] = crowding_distances(points[own])
    return distances
