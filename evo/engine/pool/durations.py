"""How long trials take: of those that finished last, all together and beside the work that their networks are.

Times are seconds; work is multiply-adds (MACs) of one input.
"""

import math
from bisect import bisect_left, insort
from collections import deque

from evo.records.trial import Outcome, Status, Trial

KEPT = 1_000
"""Trials that are remembered."""
LEAST = 5
"""Trials that have to finish before anything is expected of others: fewer than finish beside one that hangs."""
HIGH = 0.99
_TELLING = (Status.COMPLETED, Status.TIMED_OUT)
"""Ends of trials that have taken their time: those that fail do so early."""


class RecentSample:
    """The numbers that were added last, at most ``KEPT`` of them, in order of size."""

    def __init__(self) -> None:
        """Begin with none."""
        self._recent: deque[float] = deque()
        self._sorted: list[float] = []

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._sorted)

    def add(self, value: float) -> None:
        """Add a number, and forget the oldest where there are too many."""
        self._recent.append(value)
        insort(self._sorted, value)
        if len(self._recent) > KEPT:
            del self._sorted[bisect_left(self._sorted, self._recent.popleft())]

    def quantile(self, share: float) -> float:
        """Return the smallest number that at least this share of all do not exceed."""
        return self._sorted[max(0, math.ceil(share * len(self._sorted)) - 1)]


class Durations:
    """What is known of the time that trials take."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._seconds, self._per_mac = RecentSample(), RecentSample()
        self._macs: dict[int, int] = {}  # of the trials that finished last

    def add(self, trial: Trial, outcome: Outcome) -> None:
        """Take what a worker said of a trial; one that was cut short, or whose worker was, says nothing."""
        if outcome.evaluate_s is None or outcome.status not in _TELLING:
            return
        self._seconds.add(outcome.evaluate_s)
        if outcome.macs:
            self._per_mac.add(outcome.evaluate_s / outcome.macs)
            self._macs[trial.trial_id] = outcome.macs
            if len(self._macs) > KEPT:
                del self._macs[next(iter(self._macs))]

    def usual(self) -> float | None:
        """Return what half of all trials do not exceed; None while too few are known."""
        return self._seconds.quantile(0.5) if len(self._seconds) >= LEAST else None

    def longest(self) -> float | None:
        """Return what only one in a hundred trials has exceeded, however few those are; None before the first."""
        return self._seconds.quantile(HIGH) if len(self._seconds) else None

    def high(self, trial: Trial) -> float | None:
        """Return what only one in a hundred trials exceeds, of those like this one; None while too few are known.

        What trials take grows with their multiply-adds, for which those of its parent are taken, as a mutation changes
        them little: its own are known once it has been built. Without them it is like all trials.
        """
        macs = None if trial.parent_id is None else self._macs.get(trial.parent_id)
        if macs is not None and len(self._per_mac) >= LEAST:
            return macs * self._per_mac.quantile(HIGH)
        return self._seconds.quantile(HIGH) if len(self._seconds) >= LEAST else None
