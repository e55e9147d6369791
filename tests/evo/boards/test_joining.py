"""Catches: scores of other settings that are joined, or of some candidates alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from evo.boards.board_file import write_board
from evo.boards.joining import BOARD as FILE
from evo.boards.joining import joined_with, stored_board
from tasks.foundation.errors import UsageError
from tests.evo.boards.small_boards import BOARD, COLUMNS, ROWS

BARE = replace(BOARD, columns=())


def labels(found: object) -> list[str]:
    return [column.label for column in found.columns]  # type: ignore[attr-defined]


def test_scores_of_all_candidates_with_the_same_settings_are_joined() -> None:
    assert labels(joined_with(BARE, [BOARD])) == labels(BOARD)
    fewer = replace(BARE, texts=BOARD.texts[10:20])
    found = joined_with(fewer, [replace(BOARD, rows=replace(ROWS, table="other.csv"))])
    assert found.columns[0].scored.scores.tolist() == COLUMNS[0].scored.scores[10:20].tolist()


def test_other_settings_and_other_candidates_are_not() -> None:
    assert labels(joined_with(BARE, [replace(BOARD, rows=replace(ROWS, seed=9))])) == []
    more = replace(BARE, texts=(*BOARD.texts, "another"))
    assert labels(joined_with(more, [BOARD])) == []


def test_a_folder_keeps_its_board(tmp_path: Path) -> None:
    assert stored_board(tmp_path) is None
    write_board(tmp_path / FILE, BOARD)
    found = stored_board(tmp_path)
    assert found is not None
    assert labels(found) == labels(BOARD)


def test_a_damaged_board_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("half a file")
    with pytest.raises(UsageError, match=r"board\.parquet: .*; take it away: ") as said:
        stored_board(tmp_path)
    assert len(str(said.value)) < 500
