"""What a search shows while it runs: a bar or plain lines, a heartbeat file, and metrics on Ray's dashboard.

Times are seconds.
"""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TextIO

from evo.display.readable_numbers import front_of, learning, readable
from evo.engine.observer import LiveRun, Observer
from evo.records.trial import Finished, Status
from evo.storage.run_folder import PROGRESS, RUNNING, RunFolder
from tasks.foundation.errors import bounded

LONGEST_LABEL = 40
PLAIN_LINE_S = 10.0
HEARTBEAT_S = 2.0


@dataclass
class Tally:
    """Counts of one process's part of a run; ``done`` includes what was logged before it; ``noun``: of what."""

    noun: str = "evaluations"
    total: int = 0
    replayed: int = 0
    started: float = field(default_factory=time.monotonic)
    by_status: Counter[str] = field(default_factory=Counter)
    best: float | None = None

    @property
    def done(self) -> int:
        """Trials logged so far."""
        return self.replayed + self.by_status.total()

    @property
    def abandoned(self) -> int:
        """Trials of this process that were stopped below their threshold."""
        return self.by_status[Status.ABANDONED]

    @property
    def failures(self) -> int:
        """Trials of this process that should have a fitness, and have none."""
        return self.by_status.total() - self.by_status[Status.COMPLETED] - self.abandoned

    @property
    def losses(self) -> str:
        """What became of the trials without a fitness, in words."""
        abandoned = f", {self.abandoned} abandoned" if self.abandoned else ""
        return f"{self.failures} without a score{abandoned}"

    @property
    def rate(self) -> float:
        """Evaluations per second of this process."""
        return self.by_status.total() / max(time.monotonic() - self.started, 1e-9)

    @property
    def left_s(self) -> float | None:
        """Seconds left at the present rate, or None before the first evaluation."""
        return (self.total - self.done) / self.rate if self.by_status else None

    def begin(self, run: LiveRun) -> None:
        """Start counting where the run stands."""
        self.total, self.replayed = run.total, min(run.replayed, run.total)
        self.started, self.best = time.monotonic(), run.best
        self.by_status.clear()

    def add(self, finished: Finished) -> None:
        """Count a trial."""
        outcome = finished.outcome
        self.by_status[str(outcome.status)] += 1
        if outcome.fitness is not None and (self.best is None or outcome.fitness > self.best):
            self.best = outcome.fitness

    def line(self) -> str:
        """Return it as one line of text."""
        best = "none yet" if self.best is None else readable(self.best)
        left = "" if self.left_s is None else f", about {_minutes(self.left_s)} left"
        return f"{self.done}/{self.total} {self.noun}, {self.rate:.2f}/s, best {best}, {self.losses}{left}"


class PlainProgress(Observer):
    """One line every ``PLAIN_LINE_S`` seconds, for log files and pipes."""

    def __init__(self, stream: TextIO, noun: str = "evaluations") -> None:
        """Write to ``stream``, of what is called ``noun``."""
        self._stream = stream
        self._tally = Tally(noun)
        self._last = time.monotonic()

    def started(self, run: LiveRun) -> None:
        """Say what is ahead."""
        self._tally.begin(run)

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Count a trial."""
        self._tally.add(finished)
        self.tick(run)

    def tick(self, run: LiveRun) -> None:
        """Write a line where one is due."""
        if time.monotonic() - self._last >= PLAIN_LINE_S:
            self._last = time.monotonic()
            print(f"{self._tally.line()}{front_of(run.front)}{learning(run.learning)}", file=self._stream, flush=True)

    def ended(self, run: LiveRun, state: str) -> None:
        """Write the last line."""
        self._tally.total = run.total
        print(self._tally.line(), file=self._stream, flush=True)

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return lines of their own."""
        return PlainProgress(self._stream, f"candidates of the reference by {member}")


class BarProgress(Observer):
    """A live bar on a terminal."""

    def __init__(self, prefix: str = "") -> None:
        """Prepare the bar, with ``prefix`` before what it says; it appears when the search starts."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._tally, self._prefix = Tally(), prefix
        self._bar = Progress(
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.description}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("starting workers", total=None)

    def started(self, run: LiveRun) -> None:
        """Show the bar."""
        self._tally.begin(run)
        self._bar.update(self._task, total=run.total, completed=self._tally.done)
        self._bar.start()

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Advance the bar."""
        self._tally.add(finished)
        self._show(run)

    def tick(self, run: LiveRun) -> None:
        """Say that the strategy learns."""
        if run.learning:
            self._show(run)

    def ended(self, run: LiveRun, state: str) -> None:
        """Remove the bar."""
        self._bar.stop()

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return a bar of its own."""
        return BarProgress(f"reference by {bounded(member, LONGEST_LABEL)}: ")

    def _show(self, run: LiveRun) -> None:
        tally = self._tally
        ends = f"{front_of(run.front)}{learning(run.learning)}"
        text = f"{self._prefix}{tally.rate:.2f}/s  best {readable(tally.best)}  {tally.losses}{ends}"
        self._bar.update(self._task, completed=tally.done, description=text)


class Heartbeat(Observer):
    """Keeps ``progress.json`` young, for ``python -m evo.status``."""

    def __init__(self, folder: RunFolder) -> None:
        """Write into ``folder``."""
        self._folder = folder
        self._tally = Tally()
        self._last = 0.0

    def started(self, run: LiveRun) -> None:
        """Write the first beat."""
        self._tally.begin(run)
        self._beat(run, RUNNING)

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Count a trial."""
        self._tally.add(finished)
        self.tick(run)

    def tick(self, run: LiveRun) -> None:
        """Write a beat where one is due."""
        if time.monotonic() - self._last >= HEARTBEAT_S:
            self._beat(run, RUNNING)

    def ended(self, run: LiveRun, state: str) -> None:
        """Write the last beat, with how it ended."""
        self._beat(run, state)

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return what says so in the same file."""
        return ReferenceHeartbeat(self._folder, run, member)

    def _beat(self, run: LiveRun, state: str) -> None:
        self._last = time.monotonic()
        self._tally.total = run.total  # which grows where nobody says how many there will be
        self._folder.write(PROGRESS, self._values(run, state))

    def _values(self, run: LiveRun, state: str) -> dict[str, Any]:
        tally = self._tally
        return {
            "state": state,
            "process": os.getpid(),
            "node": os.uname().nodename,
            "updated_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "evaluations": tally.total,
            "done": tally.done,
            "evaluations_per_s": tally.rate,
            "left_s": tally.left_s,
            "learning": run.learning,
            **({"front": run.front} if run.front else {}),
        }


class ReferenceHeartbeat(Heartbeat):
    """Keeps ``progress.json`` of a search young while a member scores its reference, and says how far that is."""

    def __init__(self, folder: RunFolder, search: LiveRun, member: str) -> None:
        """Write into the folder of ``search``."""
        super().__init__(folder)
        self._search, self._member = search, member

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return what says so of a member of the member."""
        return ReferenceHeartbeat(self._folder, self._search, member)

    def _values(self, run: LiveRun, state: str) -> dict[str, Any]:
        own = super()._values(run, RUNNING)
        done = {"evaluations": self._search.total, "done": self._search.replayed, "evaluations_per_s": 0.0}
        of_reference = {name: own[name] for name in ("evaluations_per_s", "left_s")}
        counts = {"member": self._member, "candidates": own["evaluations"], "done": own["done"]}
        return {**own, **done, "left_s": None, "reference": {**counts, **of_reference}}


class RayMetrics(Observer):
    """Counters on Ray's metrics endpoint and dashboard, all prefixed ``selfnas_``."""

    def __init__(self, run_name: str) -> None:
        """Register the metrics; Ray must be up."""
        from ray.util.metrics import Counter as RayCounter
        from ray.util.metrics import Gauge

        self._tags = {"run": run_name.encode("ascii", "backslashreplace").decode()}  # Ray takes nothing else
        self._evaluations = RayCounter("selfnas_evaluations", "Finished trials.", tag_keys=("run", "status"))
        self._seconds = RayCounter("selfnas_evaluation_seconds", "Seconds spent in trials.", tag_keys=("run",))
        self._fitness = Gauge("selfnas_best_fitness", "Best fitness so far; higher is better.", tag_keys=("run",))

    def started(self, run: LiveRun) -> None:
        """Show the best of the trials replayed."""
        if run.best is not None:
            self._fitness.set(run.best, self._tags)

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Count a trial."""
        outcome = finished.outcome
        self._evaluations.inc(1, {**self._tags, "status": str(outcome.status)})
        if outcome.evaluate_s:
            self._seconds.inc(outcome.evaluate_s, self._tags)
        if outcome.fitness is not None and outcome.fitness == run.best:
            self._fitness.set(run.best, self._tags)


def progress_for(stream: TextIO) -> PlainProgress | BarProgress:
    """Return what suits the output: a bar on a terminal, plain lines elsewhere."""
    return BarProgress() if stream.isatty() else PlainProgress(stream)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
