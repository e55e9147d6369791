"""A clock that runs by what trials are expected to take: when each would finish, were it so."""

from heapq import heappop, heappush


class VirtualClock:
    """So many virtual workers take trials in the order in which they are started, each for its length, in any unit."""

    def __init__(self, workers: int) -> None:
        """Begin at time 0 with ``workers`` of them, 1 or more."""
        self._free = [0.0] * workers  # when each is free, a heap
        self._now = 0.0
        self._finishes: list[tuple[float, int]] = []  # of trials under way, a heap; of equal ones the lowest number
        self._finish_of: dict[int, float] = {}

    def start(self, trial_id: int, length: float) -> None:
        """Queue a trial, which begins now or when the first worker is free."""
        finish = max(heappop(self._free), self._now) + length
        heappush(self._free, finish)
        self._add(trial_id, finish)

    def follow(self, trial_id: int, other: int) -> None:
        """Have a trial finish right behind another of a lower number, or now where that is over; no worker takes it."""
        self._add(trial_id, self._finish_of.get(other, self._now))

    def first(self) -> int | None:
        """Return the trial under way that finishes first, None where there is none."""
        return self._finishes[0][1] if self._finishes else None

    def advance(self) -> None:
        """Go on to the first finish; that trial is over. Raises IndexError where none is under way."""
        self._now, trial_id = heappop(self._finishes)
        del self._finish_of[trial_id]

    def _add(self, trial_id: int, finish: float) -> None:
        heappush(self._finishes, (finish, trial_id))
        self._finish_of[trial_id] = finish
