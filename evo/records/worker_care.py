"""How a pool looks after its workers: what it does about slow ones and about those that grow.

Memory is bytes.
"""

import re
from dataclasses import dataclass

from tasks.foundation.errors import UsageError

OVERDUE = 20.0
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True)
class WorkerCare:
    """How workers are looked after; nothing of it changes a score.

    overdue: times the seconds that trials like it take, from which on a trial is run once more elsewhere; 0 for never
    memory_bytes: that a worker may hold between two trials before it is replaced, None for any
    """

    overdue: float = OVERDUE
    memory_bytes: int | None = None


def bytes_of(flag: str, text: str) -> int:
    """Return the bytes that a text such as 4G, 512MiB or 2000000000 spells; units are powers of 1,024.

    Raises UsageError, which names the flag, for any other text and for less than a byte.
    """
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if size < 1:
        raise UsageError(f"{flag} {text}: a size is needed, e.g. 512M or 4G")
    return size
