"""Candidates to score before a search: a sample of the space, and what its scores are in the logs of its members."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evo.storage.logged_numbers import SIZES, first_known, floats
from evo.storage.run_log import read_table
from fitness.reference import ScoredSample
from spaces import SearchSpace, draw_distinct
from tasks import derive_rng

_COLUMNS = ["trial_id", "candidate", "fitness", *SIZES]

Rows = Mapping[str, list[Any]]


def draw_sample(space: SearchSpace[Any], count: int, *, seed: int) -> list[str]:
    """Return the texts of ``count`` candidates, no two of one key, fewer where the space has fewer.

    A larger ``count`` begins with the smaller one.
    """
    return [space.encode(candidate) for candidate in draw_distinct(space, count, derive_rng(seed, "reference"))]


def logged_rows(run_dir: Path, texts: Sequence[str]) -> Rows | None:
    """Return what a member's log says of these candidates, column by column; None where it does not hold them all."""
    rows: Rows = read_table(run_dir, _COLUMNS).to_pydict()
    return rows if rows["candidate"] == list(texts) else None


def scored_sample(texts: Sequence[str], by_label: Mapping[str, Rows], rows: slice) -> ScoredSample:
    """Return candidates of the logs with their scores; texts: what to call them, rows: which of the logs they are."""
    scores = {label: floats(logged["fitness"][rows]) for label, logged in by_label.items()}
    params, macs = (first_known([floats(logged[name][rows]) for logged in by_label.values()]) for name in SIZES)
    return ScoredSample(tuple(texts), scores, params, macs)
