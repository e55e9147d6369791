"""Candidates to score before a search: a sample of the space, and what its scores are in the logs of its members."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.storage.run_log import read_table
from fitness.reference import ScoredSample
from spaces import SearchSpace, candidate_key
from tasks import derive_rng

MOST_REPEATS = 2_000
"""Draws in a row that bring nothing new before a space counts as used up."""
SIZES = ("params", "macs")
_COLUMNS = ["trial_id", "candidate", "fitness", *SIZES]

Rows = Mapping[str, list[Any]]


def draw_sample(space: SearchSpace[Any], count: int, *, seed: int) -> list[str]:
    """Return the texts of ``count`` candidates, no two of one key, fewer where the space has fewer.

    A larger ``count`` begins with the smaller one.
    """
    rng, found = derive_rng(seed, "reference"), dict[str, str]()
    repeats = 0
    while len(found) < count and repeats < MOST_REPEATS:
        candidate = space.sample(rng)
        key = candidate_key(space, candidate)
        repeats = repeats + 1 if key in found else 0
        found.setdefault(key, space.encode(candidate))
    return list(found.values())


def logged_rows(run_dir: Path, texts: Sequence[str]) -> Rows | None:
    """Return what a member's log says of these candidates, column by column; None where it does not hold them all."""
    rows: Rows = read_table(run_dir, _COLUMNS).to_pydict()
    return rows if rows["candidate"] == list(texts) else None


def scored_sample(texts: Sequence[str], by_label: Mapping[str, Rows], rows: slice) -> ScoredSample:
    """Return candidates of the logs with their scores; texts: what to call them, rows: which of the logs they are."""
    scores = {label: _floats(logged["fitness"][rows]) for label, logged in by_label.items()}
    params, macs = (_first_known([_floats(logged[name][rows]) for logged in by_label.values()]) for name in SIZES)
    return ScoredSample(tuple(texts), scores, params, macs)


def _first_known(columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return what any of the members knows of each candidate: one that timed out may have no size."""
    known = columns[0]
    for column in columns[1:]:
        known = np.where(np.isnan(known), column, known)
    return known


def _floats(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
