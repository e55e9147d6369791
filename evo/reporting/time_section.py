"""Where the time of a search went: building, evaluating, waiting, and what remains. All in seconds."""

from dataclasses import dataclass

import numpy as np

from evo.display.page import Figures, TextLines
from evo.display.readable_numbers import counted
from evo.plotting.bars import Bar, bars
from evo.plotting.frame import Words
from evo.reporting.history_section import finished_at
from evo.reporting.run_files import RunFiles, numbers
from evo.reporting.section import Section, SmallPrint, absent

HEADING = "Where the time went"
MOST_SEEDS = 12
PARTS = ("build", "evaluate", "what remains")
_HOUR, _MINUTE = 3600.0, 60.0


@dataclass(frozen=True)
class TimeSpent:
    """Of all workers together, by the clock.

    wall: from the first start to the last end; workers: that scored anything
    build, evaluate: of all trials, the second without the first
    rest: of the workers' time, what is neither: starting, asking, logging, idling, and pauses of a run that was stopped
    queued: from proposals to starts, while others are scored
    """

    wall: float
    workers: int
    build: float
    evaluate: float
    queued: float

    @property
    def rest(self) -> float:
        """What remains of the workers' time."""
        return max(0.0, self.wall * self.workers - self.build - self.evaluate)

    @property
    def values(self) -> tuple[float, float, float]:
        """What ``PARTS`` name."""
        return self.build, self.evaluate, self.rest


def time_section(run: RunFiles) -> Section:
    """Return the parts of the workers' time, of a differentiable search that of each seed."""
    if run.epochs.num_rows:
        return _of_seeds(run)
    spent = time_spent(run)
    if spent is None:
        return absent(HEADING, "No trial says when it was started.")
    values = spent.values
    drawn = bars([bar_of(spent)], Words("Time of all workers", "seconds"), parts=PARTS)
    whole = sum(values) or 1.0
    each = zip(PARTS, values, strict=True)
    shares = ", ".join(f"{part} {said_seconds(value)} ({value / whole:.0%})" for part, value in each)
    wall, workers = said_seconds(spent.wall), counted(spent.workers, "worker")
    lines = [
        f"{wall} from the first start to the last end on {workers}: {shares}.",
        f"Trials waited {said_seconds(spent.queued)} in all between being proposed and being started.",
    ]
    note = "The log and proposals are not timed apart: they are in what remains, as are pauses of a stopped run."
    return Section(HEADING, [TextLines(lines), Figures([drawn]), SmallPrint([note])])


def _of_seeds(run: RunFiles) -> Section:
    seconds = numbers(run.epochs, "epoch_s")
    each = float(np.nanmedian(seconds)) if np.isfinite(seconds).any() else 0.0
    whole, epochs = said_seconds(float(np.nansum(seconds))), counted(len(seconds), "epoch")
    line = f"{whole} in all for {epochs}, {said_seconds(each)} each (median)."
    return Section(
        HEADING, [TextLines([line]), Figures([bars(bars_of_seeds(run), Words("Training of each supernet", "seconds"))])]
    )


def bars_of_seeds(run: RunFiles) -> list[Bar]:
    """Return how long each of the first supernets was trained."""
    seconds, seeds = numbers(run.epochs, "epoch_s"), numbers(run.epochs, "seed")
    sums = {int(seed): float(np.nansum(seconds[seeds == seed])) for seed in np.unique(seeds)}
    return [Bar(f"seed {seed}", [value], said_seconds(value)) for seed, value in list(sums.items())[:MOST_SEEDS]]


def bar_of(spent: TimeSpent) -> Bar:
    """Return the time of all workers as one bar of ``PARTS``."""
    return Bar("workers", spent.values, said_seconds(sum(spent.values)))


def time_spent(run: RunFiles) -> TimeSpent | None:
    """Return the times of a run, None where no trial says when it was started."""
    ends = finished_at(run.rows)
    if not np.isfinite(ends).any():
        return None
    workers = {worker for worker in run.rows["worker"].to_pylist() if worker is not None}
    build, whole, queued = (float(np.nansum(numbers(run.rows, name))) for name in ("build_s", "evaluate_s", "queued_s"))
    return TimeSpent(float(np.nanmax(ends)), max(1, len(workers)), build, max(0.0, whole - build), queued)


def said_seconds(seconds: float) -> str:
    """Return a time in words: 0.4 s, 12 s, 3.5 min, 2.1 h."""
    if seconds >= _HOUR:
        return f"{seconds / _HOUR:.1f} h"
    if seconds >= 2 * _MINUTE:
        return f"{seconds / _MINUTE:.1f} min"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
