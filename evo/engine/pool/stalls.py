"""Telling of a search that waits for one trial: said once no trial has finished for long, and again ever more rarely.

Times are seconds of a clock that never goes back.
"""

LEAST_S = 30.0
"""A search that tells nothing for less is not stalled."""
UNKNOWN_S = 300.0
"""The same where nobody knows yet how long trials take."""
TIMES = 3.0
"""Times what only 1 % of trials exceed."""


class Stall:
    """Notices that nothing finishes although trials run."""

    def __init__(self, now: float) -> None:
        """Begin to look."""
        self._last, self._said_after = now, 0.0

    def moved(self, now: float) -> None:
        """Note that a trial has finished, or that none runs."""
        self._last, self._said_after = now, 0.0

    def idle_s(self, now: float) -> float:
        """Return for how long nothing has finished."""
        return now - self._last

    def is_due(self, now: float, high_s: float | None) -> bool:
        """Return whether it is time to say it; high_s: seconds that only 1 % of trials exceed, None where unknown.

        True once for every doubling of the time that nothing has finished.
        """
        idle = self.idle_s(now)
        least = UNKNOWN_S if high_s is None else max(LEAST_S, TIMES * high_s)
        if idle < max(least, 2 * self._said_after):
            return False
        self._said_after = idle
        return True
