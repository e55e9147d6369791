"""Which trials are run once more elsewhere: those that take far longer than others, and those of silent workers.

Times are seconds.
"""

import math
from enum import StrEnum

from evo.engine.pool.durations import Durations
from evo.records.trial import Trial

LEAST_S = 60.0
"""Seconds that every trial may take."""


class Lateness(StrEnum):
    """Why a trial is late, in words."""

    SILENT = "which gives no sign of life"
    LONG = "far longer than trials like it"

    @property
    def repeats(self) -> int:
        """How often a trial that is late for that is run once more."""
        return 2 if self is Lateness.SILENT else 1


def lateness(trial: Trial, ran_s: float, durations: Durations, times: float, *, silent: bool) -> Lateness | None:
    """Return why a trial that has run for so long is late, if it is; silent: whether its worker is; times: as below."""
    if silent and times:
        return Lateness.SILENT
    return Lateness.LONG if ran_s >= limit_s(trial, durations, times) else None


def limit_s(trial: Trial, durations: Durations, times: float) -> float:
    """Return after how many seconds a trial is overdue: so many ``times`` what only 1 % of those like it exceed.

    Infinity where nobody asks (0 times), or too few trials have finished.
    """
    high = durations.high(trial) if times else None
    return math.inf if high is None else max(LEAST_S, times * high)
