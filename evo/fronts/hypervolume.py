"""How much points dominate together: the volume between them and a reference point (Zitzler and Thiele, 1998).

Letters: N points, M objectives; higher is better of each.
"""

from collections.abc import Sequence

import numpy as np

from evo.fronts.dominance import Points


def hypervolume(points: Points, reference: Sequence[float]) -> float:
    """Return the volume that ``points`` [N, M] dominate above ``reference`` [M]; a point not above it adds nothing."""
    if not len(points):
        return 0.0
    import moocore

    return float(moocore.hypervolume(points, ref=list(reference), maximise=True))


def box_share(points: Points) -> float:
    """Return the part of the box from the worst to the best of each objective that ``points`` [N, M] dominate.

    An objective without a range is left out; 1 where none has any.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    ranged = high > low
    if not ranged.any():
        return 1.0
    scaled = (points[:, ranged] - low[ranged]) / (high - low)[ranged]
    return hypervolume(scaled, np.zeros(int(ranged.sum())).tolist())
