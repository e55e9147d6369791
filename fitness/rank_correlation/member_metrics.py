"""How the scores of a panel's members are kept among the metrics of a task's row: ``member 0``, ``member 1``, ...

Letters: T tasks that are judged together, P members, in the order in which the run's seed draws them.
"""

import math
import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MEMBER = "member "
"""Begins the name of a metric that is the score of one member, before its number."""

_NAMED = re.compile(f"{MEMBER}[0-9]+")


def without_members(metrics: Mapping[str, float]) -> dict[str, float]:
    """Return a row's metrics without the members' scores, for what shows each metric on its own."""
    return {name: value for name, value in metrics.items() if not _NAMED.fullmatch(name)}


def counts_of_members(each: Array) -> dict[str, float]:
    """Return of scores [T, P], NaN where not known, how many ``members`` are ``scored``, and how many of these failed.

    What failed has minus infinity by all tasks.
    """
    scored = np.count_nonzero(~np.isnan(each).any(axis=0))
    failed = np.count_nonzero(np.isneginf(each).all(axis=0))
    return {"scored": float(scored), "members": float(each.shape[1]), "failed": float(failed)}


def metrics_of_members(scores: Array) -> dict[str, float]:
    """Return scores [P] by their names; those that are NaN are not known and left out."""
    return {f"{MEMBER}{member}": float(score) for member, score in enumerate(scores) if not math.isnan(score)}


def scores_of_members(metrics: Mapping[str, float], members: int, *, absent: float = math.nan) -> Array:
    """Return the scores [P] of a row's metrics, ``absent`` where a member has none; minus infinity where it failed."""
    return np.array([metrics.get(f"{MEMBER}{member}", absent) for member in range(members)], dtype=np.float64)
