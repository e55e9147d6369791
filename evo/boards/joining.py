"""What is known already of the candidates of a board: scores that are shipped, and those of its folder."""

from collections.abc import Sequence
from pathlib import Path

from evo.boards.board import Board, BoardColumn
from evo.boards.board_file import read_board
from tasks.foundation.errors import UsageError

BOARD = "board.parquet"
"""What a folder of scores keeps of its board."""


def stored_board(folder: Path) -> Board | None:
    """Return the board of a folder of scores, None where there is none; raises UsageError for a damaged one."""
    path = folder / BOARD
    if not path.is_file():
        return None
    try:
        return read_board(path)
    except UsageError as error:
        cure = "take it away: the scores beside it make it again, once the same fitnesses are asked for"
        raise UsageError(f"{error}; {cure}") from error


def joined_with(board: Board, others: Sequence[Board]) -> Board:
    """Return a board with the scores that others have of all its candidates, the last of a label counting."""
    found: list[BoardColumn] = []
    for other in others:
        if other.rows.scored_alike(board.rows):
            found += other.columns_for(board.texts)
    return board.joined(found)
