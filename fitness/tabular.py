"""The published or measured quality of a candidate, looked up in a table."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.base import EvalContext, Fitness, Score
from spaces import CandidateTable, KeyedSpace, PublishedSpace, SearchSpace, candidate_key, read_candidate
from tasks import UsageError


class TabularFitness(Fitness):
    """A column of a table of labelled candidates; a candidate it does not have is a failed trial.

    table: a Parquet or CSV file with a column ``candidate`` or ``arch``
    metric: its column
    lower_is_better: whether the score is minus the number

    Where several texts mean one candidate, any of them finds it.
    """

    def __init__(self, *, table: Path, metric: str, lower_is_better: bool = False) -> None:
        """Raise UsageError where the table cannot be read or lacks the column, or that tells no candidates apart."""
        self._table = CandidateTable(Path(table), [metric])  # settled options are texts
        self._values = self._table.column(metric)
        if alike := _alike(self._values):
            raise UsageError(f"{table}: column {metric!r} is {alike} in all rows; nothing can be ranked by it")
        self._sign = -1.0 if lower_is_better else 1.0
        self._rows_of_keys: tuple[SearchSpace[Any], dict[str, int]] | None = None

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the table's full path, so that it is found from anywhere."""
        return {**options, "table": str(Path(str(options["table"])).absolute())}

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        """Return the candidate's number; raises UsageError where the table has none for it."""
        value = float(self._values[self._row(candidate, context.space)])
        if value != value:
            raise UsageError(f"{self._table.path}: {context.space.encode(candidate)!r} has no number in the column")
        return Score(self._sign * value)

    def _row(self, candidate: Hashable, space: SearchSpace[Any]) -> int:
        text = space.encode(candidate)
        if text in self._table or not isinstance(space, KeyedSpace | PublishedSpace):
            return self._table.row(text)
        row = self._keys(space).get(candidate_key(space, candidate))
        return self._table.row(text) if row is None else row

    def _keys(self, space: SearchSpace[Any]) -> dict[str, int]:
        """Return the rows by the identity of their candidates, found once: the table may spell them otherwise."""
        if self._rows_of_keys is None or self._rows_of_keys[0] is not space:
            candidates = (read_candidate(space, text) for text in self._table.candidates())
            self._rows_of_keys = space, {candidate_key(space, one): row for row, one in enumerate(candidates)}
        return self._rows_of_keys[1]


def _alike(values: NDArray[np.float64]) -> str | None:
    """Return what all values [R] are as a text, None where they tell rows apart, or there is but one."""
    known = values[np.isfinite(values)]
    if not len(known):
        return "no number"
    return f"{known[0]:g}" if len(known) > 1 and not np.ptp(known) else None
