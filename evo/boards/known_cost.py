"""What a fitness costs, as boards know it."""

from collections.abc import Sequence

from evo.boards.board import Board
from evo.engine.expected_time import KnownCost
from evo.records.config import Choice


def known_cost(choice: Choice, space: Choice, boards: Sequence[Board]) -> KnownCost | None:
    """Return what a fitness took on a space, by the first board that knows; None where none does."""
    for board in boards:
        column = board.column_of(choice) if board.rows.space == space else None
        if column is not None and column.scored.seconds_each is not None:
            return KnownCost(column.scored.seconds_each, column.processor)
    return None
