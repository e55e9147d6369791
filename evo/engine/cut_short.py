"""What a search was spared by trainings that were given up at a rung."""

from collections import Counter
from pathlib import Path

import pyarrow.compute as pc

from evo.records.trial import Status
from evo.storage.run_log import read_table
from fitness.training.racing import LOSS_AT_RUNG, RUNG, STEPS


def cut_short_lines(run_dir: Path) -> list[str]:
    """Return a line of how many trainings were given up after how many steps, and how many that saved; or none.

    A trial that reuses a score saves nothing of its own.
    """
    table = read_table(run_dir, ["status", "reused", "metrics"])
    own = table.filter(pc.and_(pc.equal(table["status"], str(Status.ABANDONED)), pc.invert(table["reused"])))
    metrics = [dict(row) for row in own["metrics"].to_pylist() if row]
    given_up = [each for each in metrics if LOSS_AT_RUNG in each]
    if not given_up:
        return []
    counts = Counter(int(each[RUNG]) for each in given_up)
    rungs = ", ".join(f"{count} after {rung} steps" for rung, count in sorted(counts.items()))
    saved = sum(1 - each[RUNG] / each[STEPS] for each in given_up)
    return [f"trainings given up: {len(given_up)} ({rungs}), which saved the steps of {saved:.1f} whole ones"]
