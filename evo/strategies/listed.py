"""Scores the candidates of a table in its order, e.g. to correlate a fitness with published results."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np

from evo.records.trial import Evaluation, Proposal
from evo.strategies.base import SearchStrategy
from spaces import SearchSpace, read_candidate
from tasks import UsageError
from tasks.foundation.plain_files import read_plain_text


class Listed(SearchStrategy):
    """Proposes each line of a text file once.

    file: one candidate per line, in the space's text or a published form; blank lines ignored.
    """

    draws_from_space = False
    draws_everything = True

    def __init__(self, *, file: str) -> None:
        """Read nothing yet."""
        self.file = file
        self._candidates: list[Hashable] = []
        self._next = 0

    def begin(self, space: SearchSpace[Any], *, expected: int = 0) -> None:
        """Read the file; raises UsageError where it cannot be read, lists nothing or has a line that is refused."""
        super().begin(space)
        file = self.file
        try:
            lines = read_plain_text(Path(file)).splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"strategy.file={file!r} cannot be read: {error}") from error
        self._candidates = [_decode(space, file, n, line.strip()) for n, line in enumerate(lines, 1) if line.strip()]
        if not self._candidates:
            raise UsageError(f"strategy.file={file!r} lists no candidate; write one encoded candidate per line")

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the file by its full path, so that a run can be resumed from anywhere."""
        return {**options, "file": str(Path(str(options["file"])).absolute())}

    def needs_telling(self) -> bool:
        """Return False: the list says what comes next."""
        return False

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return the next candidate, or None after the last."""
        if self._next == len(self._candidates):
            return None
        self._next += 1
        return Proposal(self._candidates[self._next - 1])

    def tell(self, evaluation: Evaluation) -> None:
        """Forget it."""


def _decode(space: SearchSpace[Any], file: str, number: int, text: str) -> Hashable:
    try:
        candidate: Hashable = read_candidate(space, text)
    except ValueError as error:
        raise UsageError(f"strategy.file={file!r}, line {number}: {error}") from error
    return candidate
