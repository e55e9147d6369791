"""A predictor that has learnt, on its space: what predicts, and what it says of itself.

Letters: N candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.correlation.candidate_texts import encoded_texts
from evo.display.readable_numbers import counted
from evo.ranking.ranker_notes import RankerNotes
from fitness.predictors.base import Fitted, FittedState
from fitness.predictors.learnt_members import learnt_from
from spaces import SearchSpace


@dataclass(frozen=True)
class Took:
    """Seconds that a fit took: by the clock, and of the processor."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Learnt:
    """What was learnt, ready to predict.

    named: the space, for messages; predictor: what it is called; took: what fitting took, None where it was read
    """

    space: SearchSpace[Any]
    named: str
    predictor: str
    fitted: Fitted
    state: FittedState
    notes: RankerNotes
    took: Took | None = None

    def encoded(self, texts: Sequence[str], where: str) -> list[str]:
        """Return candidates as the space writes them; raises UsageError for a text that is none.

        where: what gave them
        """
        return encoded_texts(texts, self.space, where=where, named=self.named)

    def knows(self, texts: Sequence[str]) -> NDArray[np.bool_] | None:
        """Return of which candidates [N] it has learnt the label, None where it does not say."""
        return learnt_from(self.state, self.space, texts)

    def describe(self) -> str:
        """Return what it is in a line."""
        notes = self.notes
        label = f"label {notes.label}" if notes.label else "a label that it does not name"
        return f"{self.predictor} on {self.named}, {label}, {counted(notes.members, 'member')} of {notes.source}"
