"""Rows that are taken out of a run's log again, so that their trials are scored anew.

For searches whose rows do not depend on each other: an exact log of an evolution keeps all that it was told.
"""

from collections.abc import Collection, Mapping
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from evo.records.trial import Status
from evo.storage.durable_log import part_paths
from evo.storage.parquet_part import read_groups, write_groups
from evo.storage.run_log import FOLDER


def withdraw(run_dir: Path, statuses: Collection[Status], trials: Collection[int] | None = None) -> list[int]:
    """Take every row of these statuses out of the log of a run that is claimed; returns their trials.

    trials: of which alone, None for all. Whoever has the log open must open it anew.

    Every part is replaced whole, so that whoever is killed in between has only left some rows. Raises UsageError where
    a part is damaged, OSError where it cannot be written.
    """
    unwanted = {"status": pa.array(map(str, statuses), pa.string())}
    if trials is not None:
        unwanted["trial_id"] = pa.array(trials, pa.int64())
    return sorted(trial for part in part_paths(run_dir / FOLDER) for trial in _withdraw(part, unwanted))


def _withdraw(part: Path, unwanted: Mapping[str, pa.Array]) -> list[int]:
    groups = read_groups(part)
    marks = [
        reduce(pc.and_, (pc.is_in(group[name], value_set=values) for name, values in unwanted.items()))
        for group in groups
    ]
    pairs = list(zip(groups, marks, strict=True))
    gone: list[int] = [trial for group, mark in pairs for trial in group.filter(mark)["trial_id"].to_pylist()]
    if not gone:
        return []
    kept = [group.filter(pc.invert(mark)) for group, mark in pairs]
    left = [group for group in kept if group.num_rows]
    if left:
        write_groups(part, left[0].schema, left)
    else:
        part.unlink()
    return gone
