"""Rows that are taken out of a run's log again, so that their trials are scored anew.

For searches whose rows do not depend on each other: an exact log of an evolution keeps all that it was told.
"""

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from evo.records.trial import Status
from evo.storage.durable_log import part_paths
from evo.storage.parquet_part import read_groups, write_groups
from evo.storage.run_log import FOLDER


def withdraw(run_dir: Path, statuses: Collection[Status]) -> list[int]:
    """Take every row of these statuses out of the log of a run that is claimed; returns their trials.

    Every part is replaced whole, so that whoever is killed in between has only left some rows. Raises UsageError where
    a part is damaged, OSError where it cannot be written.
    """
    unwanted = pa.array(map(str, statuses), pa.string())
    return sorted(trial for part in part_paths(run_dir / FOLDER) for trial in _withdraw(part, unwanted))


def _withdraw(part: Path, unwanted: pa.Array) -> list[int]:
    groups = read_groups(part)
    marks = [pc.is_in(group["status"], value_set=unwanted) for group in groups]
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
