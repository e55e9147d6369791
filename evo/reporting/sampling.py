"""Which trials of a long run are drawn: a fixed rule, so that the same rows give the same figure.

Letters: N trials, S of them that are drawn.
"""

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 2_000
"""Trials that a figure draws; of more it draws every so many, and all that raised the best."""
LEAST_SHARE = 0.2


def drawn_places(fitness: NDArray[np.float64], most: int = MOST_POINTS) -> NDArray[np.intp]:
    """Return the places [S], ascending, of the trials that are drawn; fitness: [N], NaN for a trial without one.

    Every so many of those with a fitness is drawn, not of all: failures may come every so many, too.
    """
    step = max(1, -(-len(fitness) // most))
    scored = np.flatnonzero(~np.isnan(fitness))
    raised = np.flatnonzero(raises_best(fitness)) if step > 1 else np.empty(0, dtype=np.intp)
    return np.union1d(scored[::step], raised).astype(np.intp)


def raises_best(fitness: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which trials [N] had a higher fitness than all before them."""
    reached = best_so_far(fitness)
    return reached > np.concatenate([[-np.inf], reached[:-1]])


def best_so_far(fitness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the highest fitness up to each trial [N], minus infinity before the first."""
    reached: NDArray[np.float64] = np.maximum.accumulate(np.where(np.isnan(fitness), -np.inf, fitness))
    return reached


def is_squashed(scores: NDArray[np.float64]) -> bool:
    """Return whether a few scores [S], bad or good ones, squash the rest on a linear axis.

    That is where the half on either side of the median has less than ``LEAST_SHARE`` of it.
    """
    if len(np.unique(scores)) < 3:
        return False
    middle = float(np.median(scores))
    return bool(min(scores.max() - middle, middle - scores.min()) < LEAST_SHARE * np.ptp(scores))


def sampling_note(count: int, most: int = MOST_POINTS) -> str:
    """Return how many trials are drawn, as the note of a figure; empty where all are."""
    step = max(1, -(-count // most))
    if step == 1:
        return ""
    return f"of {count:,} trials one in {step} is drawn, and each that raised the best"
