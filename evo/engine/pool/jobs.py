"""Trials on their way: one that waits or is tried, and those that are at a worker together.

Times are seconds of a clock that never goes back.
"""

from collections import deque
from dataclasses import dataclass

from evo.records.trial import Finished, Outcome, Trial


@dataclass(eq=False)
class Job:
    """A trial on its way.

    submitted, began: when it came, and when a worker last began with it, None before the first
    deaths: workers that died of it; excused: those that went away while they were at it, for which it is not to blame
    repeats: how often it was run once more beside a run that is overdue
    waits: whether it is in the queue; done: whether it was handed back, or taken back
    """

    trial: Trial
    submitted: float
    began: float | None = None
    deaths: int = 0
    excused: int = 0
    repeats: int = 0
    waits: bool = False
    done: bool = False

    @property
    def travels_alone(self) -> bool:
        """Whether it shares no call with others, as a worker that dies may have died of it."""
        return bool(self.deaths or self.excused or self.repeats or self.trial.screen)

    def finished(self, outcome: Outcome, *, attempts: int) -> Finished:
        """Return it with what became of it; attempts: how many workers count as having tried it."""
        began = self.submitted if self.began is None else self.began
        return Finished(self.trial, outcome, attempts=attempts, queued_s=began - self.submitted)


@dataclass(eq=False)
class Assignment:
    """Jobs in the hands of one worker, which works them off in order.

    started: when it began with the first of those that are left
    pulse: the key of the worker's signs of life; node: its machine, None if unknown; kills: processes that this machine
    had ended by then for want of memory, None if unknown
    late_since: since when the first is run once more elsewhere, None where it is not; silent: whether that is because
    the worker gave no sign of life
    """

    number: int
    jobs: deque[Job]
    started: float
    pulse: str = ""
    node: str | None = None
    kills: int | None = None
    late_since: float | None = None
    silent: bool = False

    @property
    def late(self) -> bool:
        """Whether the first job is run once more elsewhere, and the others were given to other workers."""
        return self.late_since is not None
