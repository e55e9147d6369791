"""Catches: a shipped board that cannot be read, that lacks counting or a source, or whose statistics are others than
``evo.correlate`` reported of the same scores."""

from pathlib import Path

import numpy as np
import pytest

from evo.boards.asked_board import of_now
from evo.boards.shipped import FOLDER, shipped_board, shipped_boards, shipped_names
from fitness import FITNESSES, spearman
from spaces import SPACES

REPOSITORY = Path(__file__).parents[3]


def test_the_names_are_those_of_the_files() -> None:
    files = sorted(path.stem for path in (REPOSITORY / "evo" / FOLDER).iterdir())
    assert shipped_names() == files
    assert {"nasbench101", "nasbench201", "nasbench_nlp"} <= set(files)
    assert [board.name for board in shipped_boards()] == files


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_board_is_whole(name: str) -> None:
    board = shipped_board(name)
    assert board.rows.space.name in SPACES.builtin
    assert board.labels
    labels = {column.label for column in board.columns}
    assert {"params", "random"} <= labels
    for column in board.columns:
        assert column.choice.name in FITNESSES.builtin
        assert len(column.scored.scores) == len(board.texts)
        assert np.isfinite(column.scored.scores).any()
    assert all(np.isfinite(each.values).all() for each in board.labels)
    of_now(board)  # every plug-in takes the options it was scored with


def test_it_gives_what_was_reported_of_the_same_scores() -> None:
    board = shipped_board("nasbench101")
    scores = {column.label: column.scored.scores for column in board.columns}
    assert spearman(scores["regression(task=N)"], board.labels[0].values) == pytest.approx(0.820, abs=5e-4)
