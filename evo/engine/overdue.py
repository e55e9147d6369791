"""From when on a trial is overdue, by what trials like it took.

Times are seconds.
"""

import math

from evo.engine.durations import Durations
from evo.records.trial import Trial

LEAST_S = 60.0
"""Seconds that every trial may take."""


def limit_s(trial: Trial, durations: Durations, times: float) -> float:
    """Return after how many seconds a trial is overdue: so many ``times`` what only 1 % of those like it exceed.

    Infinity where nobody asks (0 times), or too few trials have finished.
    """
    high = durations.high(trial) if times else None
    return math.inf if high is None else max(LEAST_S, times * high)
