"""Tiers of quality: equal slices of candidates by their labels (Guo et al., 2022, NAR).

Letters: N candidates, T tiers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

TIERS = 5


def tiers_of(labels: Sequence[float]) -> NDArray[np.int64]:
    """Return the tier [N] of each label, 0 the best: equal slices of the candidates in falling order of labels.

    What is left over after N // T for each belongs to the last tier, and so do all of fewer candidates than tiers. Of
    equal labels the earlier is the better one.
    """
    order = np.argsort(-np.asarray(labels, np.float64), kind="stable")
    tiers = np.full(len(order), TIERS - 1, np.int64)
    size = len(order) // TIERS
    tiers[order[: size * TIERS]] = np.repeat(np.arange(TIERS), size)
    return tiers
