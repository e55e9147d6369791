"""Which workers have grown too large and are to be replaced between two trials.

Memory is bytes.
"""

import logging

logger = logging.getLogger(__name__)

GIB = 2**30


class MemoryLimit:
    """What a worker may hold between two trials."""

    def __init__(self, most: int | None) -> None:
        """Take the limit, None for none."""
        self._most, self._told = most, False
        self._resident: dict[int, int] = {}  # place -> what its worker held after its last trial

    def note(self, number: int, resident: int | None) -> None:
        """Take what the worker of a place holds, None where it does not know."""
        if resident is not None and self._most is not None:
            self._resident[number] = resident

    def is_exceeded(self, number: int, name: str) -> bool:
        """Return whether the worker of a place is to be replaced; that this happens is said once."""
        resident = self._resident.pop(number, 0)
        if self._most is None or resident <= self._most:
            return False
        if not self._told:
            self._told = True
            logger.warning(
                "note: %s holds %.2f GiB, more than --worker-memory %.2f GiB: such workers are replaced between trials",
                *(name, resident / GIB, self._most / GIB),
            )
        return True
