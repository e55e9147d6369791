"""A board: the labelled candidates of one table, and what several fitnesses say of each of them.

Letters: N candidates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from evo.records.config import Choice
from evo.scoring.scores import Column


@dataclass(frozen=True)
class BoardRows:
    """Which candidates a board is about, and what their scores depend on beside the fitness.

    space: with the options that candidates are built with
    table: name of the file that the rows are of, or of a panel that is shipped
    half: A, B or None for all rows; rows_seed: order of the rows
    data: the images; data_identity: what these say they are
    seed: of the scores
    """

    space: Choice
    table: str
    half: str | None
    rows_seed: int
    data: str
    data_identity: str
    seed: int

    def scored_alike(self, other: "BoardRows") -> bool:
        """Return whether a fitness gives a candidate the same score on both."""
        return all(getattr(self, name) == getattr(other, name) for name in ("space", "data", "data_identity", "seed"))


@dataclass(frozen=True)
class BoardLabels:
    """What the candidates were measured to be: values [N], higher is better.

    metric: the column of the table; lower_is_better: whether the values are its negative; unit: of the values
    """

    metric: str
    values: np.ndarray
    unit: str = ""
    lower_is_better: bool = False

    @property
    def name(self) -> str:
        """The metric, with a minus where its negative is meant."""
        return f"-{self.metric}" if self.lower_is_better else self.metric


@dataclass(frozen=True)
class BoardColumn:
    """The scores of one fitness, and how they came about.

    choice: the fitness with every option; processor, versions, command: of the process that scored
    seen: the candidates whose labels the fitness is weighed by; unsure: whether that is not known of some others
    """

    scored: Column
    choice: Choice
    processor: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    seen: tuple[str, ...] = ()
    unsure: bool = False

    @property
    def label(self) -> str:
        """What the fitness is called."""
        return self.scored.label


@dataclass(frozen=True)
class Board:
    """A table's candidates with labels, N each, and the scores of every fitness that is known of all of them."""

    name: str
    rows: BoardRows
    texts: tuple[str, ...]
    labels: tuple[BoardLabels, ...]
    columns: tuple[BoardColumn, ...] = ()

    def column_of(self, choice: Choice) -> BoardColumn | None:
        """Return the scores of a fitness, None where they are not known."""
        return next((column for column in self.columns if column.choice == choice), None)

    def joined(self, columns: Iterable[BoardColumn]) -> "Board":
        """Return the board with more columns; one of a label that is there already takes its place."""
        found = {column.label: column for column in (*self.columns, *columns)}
        return replace(self, columns=tuple(found.values()))

    def with_labels(self, labels: Iterable[BoardLabels]) -> "Board":
        """Return the board with more labels of its candidates, those of a name that is there already left aside."""
        names = [each.name for each in self.labels]
        return replace(self, labels=(*self.labels, *(each for each in labels if each.name not in names)))

    def columns_for(self, texts: Sequence[str]) -> list[BoardColumn]:
        """Return the columns for these candidates, in their order; none where one of them is not on the board."""
        places = {text: place for place, text in enumerate(self.texts)}
        if any(text not in places for text in texts):
            return []
        taken = np.array([places[text] for text in texts], dtype=int)
        return [replace(column, scored=_rows_of(column.scored, taken)) for column in self.columns]


def _rows_of(column: Column, rows: np.ndarray) -> Column:
    seconds = None if column.seconds is None else column.seconds[rows]
    return replace(column, scores=column.scores[rows], seconds=seconds)
