"""Catches: a score, a missing one or what is known of it that does not come back from a file, a file that is none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.boards.board import BoardLabels
from evo.boards.board_file import DETAIL, read_board, write_board
from spaces import CandidateTable, TableInfo, write_table
from tasks.foundation.errors import UsageError
from tests.evo.boards.small_boards import BOARD, COUNT, LABELS


def test_a_board_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    labelled = BOARD.with_labels([BoardLabels("loss", -LABELS, lower_is_better=True)])
    timed = replace(BOARD.columns[1].scored, cpu=True)
    written = labelled.joined([replace(BOARD.columns[1], scored=timed, seen=("net<1>", "net<2>"), unsure=True)])
    write_board(path, written)
    found = read_board(path)
    assert (found.name, found.rows, found.texts) == (written.name, written.rows, written.texts)
    for ours, theirs in zip(found.labels, written.labels, strict=True):
        assert replace(ours, values=LABELS) == replace(theirs, values=LABELS)
        np.testing.assert_array_equal(ours.values, theirs.values)
    for column, other in zip(found.columns, written.columns, strict=True):
        assert replace(column, scored=other.scored) == other
        np.testing.assert_array_equal(column.scored.scores, other.scored.scores)
        assert column.scored.failed == other.scored.failed
        assert column.scored.seconds_each == other.scored.seconds_each
        assert (column.scored.reason, column.scored.cpu) == (other.scored.reason, other.scored.cpu)


def test_a_board_is_a_table_that_states_its_space(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    write_board(path, BOARD)
    table = CandidateTable(path)
    assert table.column("label acc").tolist() == LABELS.tolist()
    assert (table.info.space, table.info.details["space_options"]) == ("nasbench201", {"biases": False})
    assert table.info.units == {"label acc": "%"}


@pytest.mark.parametrize(
    "stated",
    [{}, {DETAIL: 7}, {DETAIL: {"format": 2}}, {DETAIL: {"format": 1, "name": "n", "rows": {"space": {"name": 1}}}}],
)
def test_another_table_is_refused_in_one_line(tmp_path: Path, stated: dict[str, object]) -> None:
    path = tmp_path / "t.parquet"
    write_table(path, TableInfo(details=stated), ["a"], {"x": np.ones(1)})
    with pytest.raises(UsageError, match="is no file of a leaderboard") as refused:
        read_board(path)
    assert len(str(refused.value)) < 500


def test_no_other_number_of_rows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    write_board(path, BOARD)
    assert len(read_board(path).columns[0].scored.scores) == COUNT
