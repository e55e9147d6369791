"""What a search of proxy tasks was spared by abandoning those that could no longer reach its threshold."""

from pathlib import Path

from evo.records.trial import Status
from evo.storage.run_log import read_table
from fitness.rank_correlation.rungs import TRAININGS

_SCORED, _MEMBERS = "scored", "members"  # metrics of ``rank_correlation``, as is ``TRAININGS``


def training_saved(run_dir: Path) -> float | None:
    """Return the share of the trainings of panel members that were not made, 0 to 1; None where none was abandoned.

    Of all tasks that were scored or abandoned; a score that was reused is none of them. What rungs cost is counted in:
    the share is negative where they cost more than they saved.
    """
    rows = read_table(run_dir, ["status", "reused", "metrics"]).to_pylist()
    own = [row for row in rows if row["metrics"] and not row["reused"]]
    metrics = [dict(row["metrics"]) for row in own]
    counts = [(each.get(TRAININGS, each[_SCORED]), each[_MEMBERS]) for each in metrics if _SCORED in each]
    if not any(row["status"] == Status.ABANDONED for row in own) or not counts:
        return None
    scored, members = map(sum, zip(*counts, strict=True))
    return float(1 - scored / members)


def describe_saving(run_dir: Path) -> list[str]:
    """Return a line about ``training_saved``, none where there is nothing to tell."""
    saved = training_saved(run_dir)
    return [] if saved is None else [f"abandoning tasks saved {saved:.0%} of the panel's trainings"]
