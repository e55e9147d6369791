"""What a search shows while it runs: a bar or plain lines, and a heartbeat file.

Times are seconds.
"""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TextIO

from evo.display.readable_numbers import front_of, learning, readable, shortly
from evo.engine.observer import LiveRun, Observer
from evo.engine.pool_words import longest_running, workers_up
from evo.engine.recent_rate import QUIET_S, RecentRate
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
    recent: RecentRate = field(default_factory=lambda: RecentRate(time.monotonic()))
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
        """Evaluations per second at present."""
        return self.recent.per_s(time.monotonic())

    @property
    def left_s(self) -> float | None:
        """Seconds left at the present rate, or None before the first evaluation and where nothing finishes any more."""
        return None if self.stands or not self.rate else max(self.total - self.done, 0) / self.rate

    @property
    def stands(self) -> bool:
        """Whether nothing finishes any more."""
        return self.recent.stands(time.monotonic())

    def begin(self, run: LiveRun) -> None:
        """Start counting where the run stands."""
        self.total, self.replayed = run.total, min(run.replayed, run.total)
        self.recent, self.best = RecentRate(time.monotonic()), run.best
        self.by_status.clear()

    def add(self, finished: Finished) -> None:
        """Count a trial."""
        outcome = finished.outcome
        self.by_status[str(outcome.status)] += 1
        self.recent.note(time.monotonic())
        if outcome.fitness is not None and (self.best is None or outcome.fitness > self.best):
            self.best = outcome.fitness

    def prospect(self, run: LiveRun) -> str:
        """Return how long it may still take, or that it stands and what runs, as the end of a line."""
        quiet_s = self.recent.quiet_s(time.monotonic())
        if quiet_s > QUIET_S and not run.learning and (self.stands or not self.by_status):
            first = "stalled: nothing has" if self.by_status else "nothing has yet"
            return f", {first} finished for {shortly(quiet_s)}{longest_running(run.pool)}"
        return "" if self.left_s is None else f", about {shortly(self.left_s)} left"

    def line(self, run: LiveRun) -> str:
        """Return it as one line of text."""
        best = "none yet" if self.best is None else readable(self.best)
        counts = f"{self.done}/{self.total} {self.noun}, {self.rate:.2f}/s, best {best}, {self.losses}"
        return f"{counts}{workers_up(run.pool)}{self.prospect(run)}"


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
            ends = f"{front_of(run.front)}{learning(run.learning)}"
            print(f"{self._tally.line(run)}{ends}", file=self._stream, flush=True)

    def ended(self, run: LiveRun, state: str) -> None:
        """Write the last line."""
        self._tally.total = run.total
        print(self._tally.line(run), file=self._stream, flush=True)

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return lines of their own."""
        return PlainProgress(self._stream, f"candidates of the reference by {member}")


class BarProgress(Observer):
    """A live bar on a terminal."""

    def __init__(self, prefix: str = "") -> None:
        """Prepare the bar, with ``prefix`` before what it says; it appears when the search starts."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._tally, self._prefix = Tally(), prefix
        self._bar = Progress(
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.description}"),
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
        """Say what has changed without a trial: that the strategy learns, that nothing finishes."""
        self._show(run)

    def ended(self, run: LiveRun, state: str) -> None:
        """Remove the bar."""
        self._bar.stop()

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return a bar of its own."""
        return BarProgress(f"reference by {bounded(member, LONGEST_LABEL)}: ")

    def _show(self, run: LiveRun) -> None:
        tally = self._tally
        ends = f"{workers_up(run.pool)}{tally.prospect(run)}{front_of(run.front)}{learning(run.learning)}"
        text = f"{self._prefix}{tally.rate:.2f}/s  best {readable(tally.best)}  {tally.losses}{ends}"
        self._bar.update(self._task, completed=tally.done, description=text)


class Heartbeat(Observer):
    """Keeps ``progress.json`` young, for ``python -m evo.status``."""

    def __init__(self, folder: RunFolder, *, workers: int = 0) -> None:
        """Write into ``folder``; workers: asked for, 0 where this process scores, and may be silent for long."""
        self._folder, self._workers = folder, workers
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
        return ReferenceHeartbeat(self._folder, run, member, workers=self._workers)

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
            "stalled": tally.stands,
            "best": tally.best,
            "learning": run.learning,
            **({"front": run.front} if run.front else {}),
            "workers": self._workers,
            **({"pool": run.pool.to_json()} if run.pool.wanted else {}),
        }


class ReferenceHeartbeat(Heartbeat):
    """Keeps ``progress.json`` of a search young while a member scores its reference, and says how far that is."""

    def __init__(self, folder: RunFolder, search: LiveRun, member: str, *, workers: int = 0) -> None:
        """Write into the folder of ``search``."""
        super().__init__(folder, workers=workers)
        self._search, self._member = search, member

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return what says so of a member of the member."""
        return ReferenceHeartbeat(self._folder, self._search, member, workers=self._workers)

    def _values(self, run: LiveRun, state: str) -> dict[str, Any]:
        own = super()._values(run, RUNNING)
        done = {"evaluations": self._search.total, "done": self._search.replayed, "evaluations_per_s": 0.0}
        of_reference = {name: own[name] for name in ("evaluations_per_s", "left_s")}
        counts = {"member": self._member, "candidates": own["evaluations"], "done": own["done"]}
        return {**own, **done, "left_s": None, "reference": {**counts, **of_reference}}


def progress_for(stream: TextIO) -> PlainProgress | BarProgress:
    """Return what suits the output: a bar on a terminal, plain lines elsewhere."""
    return BarProgress() if stream.isatty() else PlainProgress(stream)
