"""Which points dominate which: the fronts of non-dominated sorting (Deb et al., 2002), and one that grows.

Letters: N points, M objectives; higher is better of each.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Vector = tuple[float, ...]


def front_ranks(points: Points) -> NDArray[np.int64]:
    """Return the front [N] of each of ``points`` [N, M]: 0 where nothing dominates it, 1 where only 0 does, and on."""
    if not len(points):
        return np.zeros(0, dtype=np.int64)
    import moocore  # here, as most searches have one objective

    return np.asarray(moocore.pareto_rank(points, maximise=True), dtype=np.int64)


def on_front(points: Points) -> NDArray[np.bool_]:
    """Return of which of ``points`` [N, M] nothing dominates them [N]; equal ones are on the front together."""
    if not len(points):
        return np.zeros(0, dtype=np.bool_)
    import moocore

    return np.asarray(moocore.is_nondominated(points, maximise=True, keep_weakly=True), dtype=np.bool_)


def dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    """Return whether one point is nowhere worse than another, and somewhere better."""
    pairs = list(zip(one, other, strict=True))
    return all(mine >= theirs for mine, theirs in pairs) and any(mine > theirs for mine, theirs in pairs)


class GrowingFront:
    """The different points that nothing dominates among those added so far."""

    def __init__(self) -> None:
        """Begin with none."""
        self.points: list[Vector] = []

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.points)

    def add(self, point: Vector) -> bool:
        """Take a point in where nothing dominates or equals it, in place of those that it dominates; says whether."""
        if any(known == point or dominates(known, point) for known in self.points):
            return False
        self.points = [known for known in self.points if not dominates(point, known)]
        self.points.append(point)
        return True
