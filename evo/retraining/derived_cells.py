"""The cells that the supernets of a differentiable search derived, by their seeds, and which of them is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evo.records.trial import Status
from evo.storage import checkpoint
from evo.storage.run_log import read_table
from tasks.foundation.errors import UsageError, last_line


@dataclass(frozen=True)
class DerivedCell:
    """What the supernet of a seed derived at its end, and its loss on held-out images, in its objective's own unit."""

    seed: int
    candidate: str
    held_out_loss: float


@dataclass(frozen=True)
class Failure:
    """A trial that ended without a score, and the last line of its error."""

    seed: int
    error: str


def finished_cells(run: Path) -> list[DerivedCell]:
    """Return the cells of all supernets that came to their end, by their seeds; empty of a search without supernets."""
    if not checkpoint.seeds_in(run):
        return []
    rows = read_table(run, ["seed", "candidate", "status", "fitness"]).to_pylist()
    scored = [row for row in rows if row["status"] == Status.COMPLETED]
    cells = [DerivedCell(row["seed"], row["candidate"], -row["fitness"]) for row in scored]
    return sorted(cells, key=lambda cell: cell.seed)


def failures_of(run: Path) -> list[Failure]:
    """Return the trials of a run that ended without a score, in their order."""
    rows = read_table(run, ["trial_id", "seed", "status", "error"]).to_pylist()
    return [
        Failure(row["seed"], last_line((row["error"] or "").strip() or row["status"]))
        for row in rows
        if row["status"] != Status.COMPLETED
    ]


def derived_by(run: Path, seed: int) -> str:
    """Return what the supernet of a seed derived, also before its end; raises UsageError where it is not there."""
    derived = checkpoint.read_progress(run, seed).derived
    if derived is not None:
        return derived
    if failure := next((failure for failure in failures_of(run) if failure.seed == seed), None):
        raise UsageError(f"--seed-of {seed}: its training in {run} failed before its end: {failure.error}")
    there = ", ".join(map(str, checkpoint.seeds_in(run))) or "none yet"
    raise UsageError(f"--seed-of {seed}: {run} has no supernet of that seed; there: {there}")


def choice_lines(cells: Sequence[DerivedCell], seed: int | None) -> list[str]:
    """Return in a line why the cell of a seed is taken where nobody named one; none where there is but one cell.

    seed: of the supernet whose cell is taken, None of a search without supernets
    """
    if len(cells) < 2:
        return []
    loss = next(cell.held_out_loss for cell in cells if cell.seed == seed)
    seeds = ", ".join(str(cell.seed) for cell in cells)
    return [f"cell of seed {seed}: of seeds {seeds} the best held-out loss, {loss:.4f}; --seed-of N takes another"]
