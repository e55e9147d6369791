"""How fast something finishes at present, and whether it has come to a stand.

Times are seconds, of whatever clock the caller reads.
"""

from collections import deque

WINDOW_S = 60.0
LEAST = 10
"""Finishes that a rate is taken over where the last minute has fewer: some trials take minutes."""
QUIET_S = 60.0
"""Silence below which nothing has come to a stand, however fast it was."""
LONGER = 3.0
"""How many times the longest silence so far another one has to last."""


class RecentRate:
    """Finishes per second of the last minute, or of the last ``LEAST`` finishes where those took longer."""

    def __init__(self, now: float) -> None:
        """Begin at ``now``."""
        self._begun = self._last = now
        self._longest = 0.0  # silence between two finishes, or before the first
        self._finishes: deque[tuple[float, int]] = deque()  # when, and how many within that second
        self._kept = 0
        self._begun_kept = now  # when the time begins in which the finishes kept came in

    def note(self, now: float) -> None:
        """Count a finish."""
        self._longest, self._last = max(self._longest, now - self._last), now
        if self._finishes and now - self._finishes[-1][0] < 1.0:
            when, count = self._finishes.pop()
            self._finishes.append((when, count + 1))
        else:
            self._finishes.append((now, 1))
        self._kept += 1
        self._forget(now)

    def per_s(self, now: float) -> float:
        """Return finishes per second, 0 before the first."""
        self._forget(now)
        return self._kept / max(now - max(self._begun_kept, self._begun), 1e-9) if self._kept else 0.0

    def quiet_s(self, now: float) -> float:
        """Return the seconds since the last finish, or since the begin."""
        return now - self._last

    def stands(self, now: float) -> bool:
        """Return whether nothing finishes any more: the silence is long, and longer than any so far by far."""
        return self._kept > 0 and self.quiet_s(now) > max(QUIET_S, LONGER * self._longest)

    def _forget(self, now: float) -> None:
        """Drop the finishes of before the window, as long as ``LEAST`` are left."""
        while self._finishes and self._finishes[0][0] < now - WINDOW_S and self._kept - self._finishes[0][1] >= LEAST:
            self._begun_kept, count = self._finishes.popleft()
            self._kept -= count
