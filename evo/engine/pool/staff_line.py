"""One line on how many workers are up, whenever fewer have room than are wanted, and once all have it again.

Times are seconds of a clock that only goes on.
"""

import logging

from evo.records.pool_state import PoolState

EVERY_S = 5.0
"""Between two lines."""
REMIND_S = 60.0
"""Between two of the same line while nobody is up."""

logger = logging.getLogger(__name__)


class StaffLine:
    """Says how many actors of a pool are up; noun: what they are, e.g. ``workers``."""

    def __init__(self, noun: str) -> None:
        """Say nothing yet."""
        self._noun = noun
        self._known = (0, 0, 0)  # up, waiting and wanted, as far as they have been said
        self._at = float("-inf")
        self._waits_since: float | None = None

    def hear(self, state: PoolState, now: float) -> None:
        """Take in how things are, and say so where that is news."""
        self._waits_since = (self._waits_since or now) if state.waiting else None
        up = state.up if state.waiting else state.wanted  # whoever starts is up soon
        news, age = (up, state.waiting, state.wanted), now - self._at
        if self._known == (0, 0, 0) and not state.waiting:
            self._known = news  # nothing but what was announced
        elif (news != self._known and age >= EVERY_S) or (state.waiting and not state.up and age >= REMIND_S):
            self._known, self._at = news, now
            self._say(state, now)

    def _say(self, state: PoolState, now: float) -> None:
        starting = f", {state.starting} starting" if state.starting else ""
        waited = now - (self._waits_since or now)
        since = f" for {waited:.0f} s" if waited >= EVERY_S else ""
        waiting = f", {state.waiting} waiting for a {state.waiting_for}{since}" if state.waiting else ""
        logger.info("%d of %d %s up%s%s", state.up, state.wanted, self._noun, starting, waiting)
