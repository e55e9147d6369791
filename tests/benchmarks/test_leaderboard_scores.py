"""Catches: shipped scores of other candidates, settings or labels than those that were scored."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from evo.boards.board import Board
from evo.boards.board_file import read_board, write_board
from evo.correlation.correlation import correlate
from evo.records.config import Choice
from tasks.foundation.errors import UsageError
from tests.benchmarks.leaderboard_scores import board_of_correlation, main, merged, read_source
from tests.evo.boards.small_boards import BOARD, ROWS

RESULTS = Path(__file__).parents[2] / "runs" / "results"


@pytest.fixture
def correlation(tmp_path: Path) -> Path:
    """The folder of a correlation of two fitnesses with two metrics, on 12 of 32 rows."""
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc,loss", *(f"{n:05b},{n},{-n}" for n in range(32))]))
    asked: dict[str, Any] = {
        "space": "tests.toy:BitStrings",
        "options": {"space": {"length": 5}},
        "fitness": ["tests.toy:CountOnes(noise=0.5)", "tests.toy:RaisesForSome"],
        "table": tmp_path / "t.csv",
        "metric": "acc,loss",
        "data": "noise",
        "rows": "B",
        "rows_seed": 18,
        "sample": 12,
        "seed": 2,
        "workers": 0,
    }
    return correlate(**asked, run_dir=tmp_path / "run").path


def test_a_correlation_becomes_a_board_with_all_its_labels(correlation: Path, tmp_path: Path) -> None:
    assert main(["toy", str(correlation), "--out", str(tmp_path), "--unit", "ones"]) == 0
    board = read_board(tmp_path / "toy.parquet")
    assert (board.rows.table, board.rows.half, board.rows.rows_seed, board.rows.seed) == ("t.csv", "B", 18, 2)
    assert board.rows.space.options["length"] == 5
    assert {each.name: each.unit for each in board.labels} == {"acc": "ones", "loss": "ones"}
    assert [each.name for each in board.labels] == ["acc", "loss"]
    assert all(label == int(text, 2) for label, text in zip(board.labels[0].values, board.texts, strict=True))
    assert [column.label for column in board.columns] == [
        *("tests.toy:CountOnes(noise=0.5)", "tests.toy:RaisesForSome", "random"),
    ]
    first = board.columns[0]
    assert first.choice == Choice("tests.toy:CountOnes", {"noise": 0.5, "sleep_s": 0.0})
    assert first.processor
    assert first.scored.seconds_each is not None


def test_of_a_correlation_that_is_not_finished_the_rows_that_all_have_are_taken(correlation: Path) -> None:
    whole = board_of_correlation("toy", correlation)
    table = pq.read_table(correlation / "scores-acc.parquet")
    pq.write_table(table.slice(0, 9), correlation / "scores-acc.parquet")
    found = board_of_correlation("toy", correlation)
    assert found.texts == whole.texts[:9]
    assert {len(column.scored.scores) for column in found.columns} == {9}
    assert {len(each.values) for each in found.labels} == {9}


def test_files_of_results_become_one_board_of_the_rows_that_both_have() -> None:
    sources = [RESULTS / "nasbench201-regression.parquet", RESULTS / "nasbench201-zero-cost.parquet"]
    boards = [read_source("nasbench201", source) for source in sources]
    board = merged(boards)
    assert board.texts == boards[0].texts == boards[1].texts[:128]
    assert {"regression(task=N)", "vote", "params"} <= {column.label for column in board.columns}
    assert {"c10_test", "in16_test", "c10v_test"} <= {each.name for each in board.labels}
    vote = board.column_of(next(c.choice for c in boards[1].columns if c.label == "vote"))
    assert vote is not None
    assert vote.scored.scores.tolist() == boards[1].columns[-4].scored.scores[:128].tolist()
    assert "--fitness" in vote.command
    nlp = read_source("nlp", RESULTS / "nasbench-nlp.parquet")
    assert [each.name for each in nlp.labels] == ["-test_loss", "-ptb_test_loss"]
    assert nlp.labels[0].values.max() < 0


@pytest.mark.parametrize(
    "other",
    [replace(BOARD, rows=replace(ROWS, seed=8)), replace(BOARD, texts=("another", *BOARD.texts[1:]))],
    ids=["another seed", "other candidates"],
)
def test_sources_of_other_scores_are_refused(other: Board) -> None:
    with pytest.raises(UsageError, match="not of the same candidates"):
        merged([BOARD, other])


def test_a_board_is_a_source_too(tmp_path: Path) -> None:
    write_board(tmp_path / "b.parquet", BOARD)
    found = read_source("renamed", tmp_path / "b.parquet")
    assert found.name == "renamed"
    np.testing.assert_array_equal(found.labels[0].values, BOARD.labels[0].values)


def test_a_correlation_without_labels_of_a_metric_has_those_it_has(correlation: Path) -> None:
    (correlation / "scores-loss.parquet").unlink()
    assert [each.name for each in board_of_correlation("toy", correlation).labels] == ["acc"]
    (correlation / "scores-acc.parquet").unlink()
    with pytest.raises(UsageError, match="has no scores by all its fitnesses yet"):
        board_of_correlation("toy", correlation)
