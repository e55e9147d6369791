"""The rows of runs as one CSV file: a line per trial, a column per metric."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from evo.reporting.run_files import RunFiles
from fitness.rank_correlation.member_metrics import without_members
from tasks.foundation.whole_files import replacing

METRIC = "metrics.{}"


def rows_of(runs: Sequence[RunFiles]) -> pa.Table:
    """Return all trials of all runs; ``run`` says of which, and each metric is a column, empty where it is missing.

    The scores of a panel's members, of which there may be a thousand, are no columns.
    """
    return pa.concat_tables([_flat(run) for run in runs], promote_options="permissive")


def write_csv(path: Path, runs: Sequence[RunFiles]) -> int:
    """Write the rows, whole or not at all, and return how many there are; raises OSError."""
    from pyarrow import csv

    table = rows_of(runs)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as aside:
        csv.write_csv(table, aside)
    return int(table.num_rows)


def _flat(run: RunFiles) -> pa.Table:
    metrics = [without_members(dict(each or ())) for each in run.rows["metrics"].to_pylist()]
    table = run.rows.drop_columns(["metrics"])
    for name in dict.fromkeys(name for each in metrics for name in each):
        values = pa.array([each.get(name) for each in metrics], pa.float64())
        table = table.append_column(METRIC.format(name), values)
    return table.add_column(0, "run", pa.array([run.name] * table.num_rows, pa.string()))
