"""Texts that a caller or a table gives for candidates, as their space writes them."""

from collections.abc import Sequence
from typing import Any

from spaces import SearchSpace, read_candidate
from tasks.foundation.errors import UsageError, bounded

_LONGEST = 160


def encoded_texts(texts: Sequence[str], space: SearchSpace[Any], *, where: str, named: str) -> list[str]:
    """Return candidates as their space writes them; raises UsageError for the first that it refuses.

    where: what gave them, named: the space, for the error
    """
    found = []
    for text in texts:
        try:
            found.append(space.encode(read_candidate(space, text)))
        except ValueError as error:
            said = bounded(repr(text), _LONGEST)
            raise UsageError(f"{where}: {said} is no candidate of space {named!r}: {error}") from error
    return found
