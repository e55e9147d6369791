"""Label-free scores of candidates, as further features: read from a file, as ``evo.correlate`` leaves one.

Letters: N candidates, S scores of each.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fitness.predictors.base import Floats
from spaces import CandidateTable
from tasks import UsageError
from tasks.foundation.plugin_texts import parse_plugins

SECONDS = " seconds"
"""What follows the name of a score in that of the column of what it cost."""


def score_names(scores: str) -> tuple[str, ...]:
    """Return the names of scores in a text of fitnesses, e.g. of ``logsynflow,regression(task=N)``; none if empty.

    Raises UsageError for a text of another form.
    """
    found = parse_plugins(scores, option="predictor.scores", example="'logsynflow,meco'") if scores.strip() else []
    return tuple(map(str, found))


class ScoreColumns:
    """The scores of candidates in a file, by their text."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        """Raise UsageError where the file is no table of candidates, or lacks a column."""
        self._table = CandidateTable(path)
        self._names = tuple(names)
        self._columns = np.stack([self._table.column(name) for name in names], axis=1)

    def numbers(self, texts: Sequence[str]) -> Floats:
        """Return the scores [N, S] of candidates, NaN where there is none or no finite one.

        Scores differ in magnitude by many powers of ten, so each is told by the logarithm of one and its size, with its
        sign. That keeps their order.
        """
        known = [text in self._table for text in texts]
        found = np.full((len(texts), len(self._names)), np.nan)
        found[known] = self._columns[[self._table.row(text) for text in texts if text in self._table]]
        found[~np.isfinite(found)] = np.nan
        shrunk: Floats = np.sign(found) * np.log1p(np.abs(found))
        return shrunk

    def check_known(self, texts: Sequence[str]) -> None:
        """Raise UsageError where a score is there for none of the candidates."""
        missing = np.isnan(self.numbers(texts)).all(axis=0)
        if missing.any():
            name = self._names[int(missing.argmax())]
            raise UsageError(
                f"{self._table.path}: no {name} of any of the {len(texts)} labelled candidates; score these "
                "(python -m evo.correlate leaves such a file), or leave it out of predictor.scores"
            )

    def seconds_each(self) -> dict[str, float]:
        """Return the mean CPU seconds of each score, NaN where the file does not have them."""
        return {name: self._mean(name + SECONDS) for name in self._names}

    def _mean(self, column: str) -> float:
        values = self._table.column(column) if column in self._table.columns else np.zeros(0)
        known = values[np.isfinite(values)]
        return float(known.mean()) if len(known) else float("nan")
