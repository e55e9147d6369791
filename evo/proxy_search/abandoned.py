"""What a search of proxy tasks was spared by abandoning those that could no longer reach its threshold."""

from pathlib import Path

from evo.records.trial import Status
from evo.storage.run_log import read_table

_SCORED, _MEMBERS = "scored", "members"  # metrics of ``rank_correlation``


def training_saved(run_dir: Path) -> float | None:
    """Return the share of the trainings of panel members that were not made, 0 to 1; None where none was abandoned.

    Of all tasks that were scored or abandoned; a score that was reused is none of them.
    """
    rows = read_table(run_dir, ["status", "reused", "metrics"]).to_pylist()
    own = [row for row in rows if row["metrics"] and not row["reused"]]
    counts = [(metrics[_SCORED], metrics[_MEMBERS]) for row in own if _SCORED in (metrics := dict(row["metrics"]))]
    if not any(row["status"] == Status.ABANDONED for row in own) or not counts:
        return None
    scored, members = map(sum, zip(*counts, strict=True))
    return float(1 - scored / members)


def describe_saving(run_dir: Path) -> list[str]:
    """Return a line about ``training_saved``, none where there is nothing to tell."""
    saved = training_saved(run_dir)
    return [] if saved is None else [f"abandoning tasks saved {saved:.0%} of the panel's trainings"]
