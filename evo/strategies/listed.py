"""Scores the candidates of a table in its order, e.g. to correlate a fitness with published results."""

from pathlib import Path
from typing import Any

import numpy as np

from evo.trial import Evaluation, Proposal
from spaces import SearchSpace
from tasks import UsageError


class Listed:
    """Proposes each line of a text file once.

    file: one encoded candidate per line, blank lines ignored.
    """

    def __init__(self, space: SearchSpace[Any], *, file: str) -> None:
        """Raise UsageError where the file cannot be read or lists nothing."""
        try:
            lines = Path(file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"strategy.file={file!r} cannot be read: {error}") from error
        self._texts = [line.strip() for line in lines if line.strip()]
        self._space = space
        self._next = 0
        if not self._texts:
            raise UsageError(f"strategy.file={file!r} lists no candidate; write one encoded candidate per line")

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        """Return the next candidate, or None after the last; raises ValueError for a text the space refuses."""
        if self._next == len(self._texts):
            return None
        self._next += 1
        return Proposal(self._space.decode(self._texts[self._next - 1]))

    def tell(self, evaluation: Evaluation) -> None:
        """Forget it."""
