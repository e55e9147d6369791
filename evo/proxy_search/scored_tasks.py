"""What the log of a search of proxy tasks knows of the panel's members: each task's score of each of them.

Letters: T tasks, P members.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evo.engine.summary import scored_rows
from evo.storage.run_log import read_table
from fitness.rank_correlation.member_metrics import scores_of_members


@dataclass(frozen=True)
class ScoredTasks:
    """Tasks that were trained on every member: keys [T] and scores [T, P], minus infinity where a member failed.

    trials: of the search, all in all
    left_out: different tasks that are none of these, as they were abandoned, failed, or logged by an older version
    """

    keys: Sequence[str]
    scores: NDArray[np.float64]
    trials: int
    left_out: int


def read_scored(run_dir: Path, members: int) -> ScoredTasks:
    """Return the tasks of a run's log, in its order; of equal ones the first."""
    table = read_table(run_dir, ["trial_id", "key", "status", "reused", "metrics"])
    known: dict[str, NDArray[np.float64]] = {}
    for row in scored_rows(table).to_pylist():
        scores = scores_of_members(dict(row["metrics"] or ()), members)
        if not np.isnan(scores).any():
            known.setdefault(row["key"], scores)
    left_out = len({*table["key"].to_pylist()} - known.keys())
    return ScoredTasks(list(known), np.array([*known.values()]).reshape(-1, members), len(table), left_out)
