"""How long a scoring is going to take, said before it starts: by what the same fitness took on the same space."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evo.display.readable_numbers import counted
from evo.engine.observer import LiveRun, Observer
from evo.records.trial import TAKEN, Finished

logger = logging.getLogger(__name__)

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class KnownCost:
    """Seconds that one candidate took one worker, and the processor."""

    seconds: float
    processor: str


@dataclass(frozen=True)
class ExpectedScores:
    """A fitness that is about to be run: its name and folder, candidates without a score yet, and its known cost.

    reference: how many candidates' work it is to score the reference that comes before
    """

    label: str
    folder: Path
    candidates: int
    cost: KnownCost | None
    reference: int = 0


class ExpectedTime(Observer):
    """Says what a scoring is going to take; of a fitness that nobody has timed, once its first candidate is scored."""

    def __init__(self, scores: Sequence[ExpectedScores], *, level: int = logging.INFO, before: str = "") -> None:
        """Take what is about to be run; level: at which all is said, before: with which every line begins."""
        self._level, self._before = level, before
        self._scores = [one for one in scores if one.candidates]
        self._untimed = {one.folder: one for one in self._scores if one.cost is None}
        self._first: dict[Path, float] = {}
        self._workers = 1

    def lines(self, workers: int) -> list[str]:
        """Return what is expected of so many workers, 0 for this process."""
        self._workers = max(1, workers)
        known = [(one, one.cost) for one in self._scores if one.cost is not None]
        spans = [(one.candidates + one.reference) * cost.seconds / self._workers for one, cost in known]
        lines = [
            f"{one.label}: {_work(one)}, about {spoken(span)} ({_of(cost)})"
            for (one, cost), span in zip(known, spans, strict=True)
        ]
        if self._untimed:
            names = ", ".join(one.label for one in self._untimed.values())
            lines.append(f"{names}: not timed on this space yet, so told after the first candidate")
        if len(known) > 1:
            lines.append(f"expected: about {spoken(sum(spans))} in all on {counted(self._workers, 'worker')}")
        return [f"{self._before}{line}" for line in lines]

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Say what the first candidate of a fitness that nobody has timed makes one expect.

        Said again by the second where that took less than half of it: the first one loads libraries as well.
        """
        seconds = finished.outcome.evaluate_s
        if run.path not in self._untimed or seconds is None or finished.attempts == TAKEN:
            return
        one, first = self._untimed[run.path], self._first.get(run.path)
        if first is None:
            self._first[run.path] = seconds
            self._say(one, "first", seconds, one.candidates - 1)
            return
        if seconds < first / 2:
            self._say(one, "second", seconds, one.candidates - 2)
        del self._untimed[run.path]

    def _say(self, one: ExpectedScores, which: str, seconds: float, left: int) -> None:
        span = spoken(max(0, left) * seconds / self._workers)
        said = f"{one.label}: {seconds:.2g} s for the {which} candidate, so about {span} for the others"
        logger.log(self._level, "%s%s", self._before, said)


def _work(one: ExpectedScores) -> str:
    reference = f", and a reference as long as {one.reference}" if one.reference else ""
    return f"{counted(one.candidates, 'candidate')}{reference}"


def _of(cost: KnownCost) -> str:
    return f"{cost.seconds:.2g} s each{f' on {cost.processor}' if cost.processor else ''}"


def spoken(seconds: float) -> str:
    """Return a span of time in words: a second, 40 s, 12 min, 3.5 h."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s" if seconds >= 1.5 else "a second"
    return f"{round(seconds / MINUTE)} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"
