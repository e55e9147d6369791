"""Catches: scores that come to other candidates than their own, a fitness twice, scores of other settings taken for the
same."""

from dataclasses import replace

import numpy as np
import pytest

from evo.boards.board import BoardLabels
from evo.records.config import Choice
from tests.evo.boards.small_boards import BOARD, COUNT, GOOD, ROWS, column


def test_columns_for_other_candidates_follow_their_texts() -> None:
    texts = [BOARD.texts[place] for place in (5, 0, 17)]
    found = {each.label: each for each in BOARD.columns_for(texts)}
    assert found["good<b>"].scored.scores.tolist() == [GOOD[5], GOOD[0], GOOD[17]]
    assert found["good<b>"].scored.seconds is not None
    assert len(found["good<b>"].scored.seconds) == 3
    assert found["params"].scored.seconds is None
    assert BOARD.columns_for([*texts, "another"]) == []


def test_a_column_takes_the_place_of_one_of_its_label() -> None:
    found = BOARD.joined([column("fair", np.ones(COUNT)), column("new", np.zeros(COUNT))])
    assert [each.label for each in found.columns] == ["good<b>", "fair", "holed", "params", "random", "new"]
    assert found.columns[1].scored.scores.tolist() == [1] * COUNT


def test_labels_are_added_and_none_is_replaced() -> None:
    more = [BoardLabels("acc", np.zeros(COUNT)), BoardLabels("loss", np.ones(COUNT), lower_is_better=True)]
    found = BOARD.with_labels(more)
    assert [each.name for each in found.labels] == ["acc", "-loss"]
    assert found.labels[0] is BOARD.labels[0]


def test_a_fitness_is_found_by_all_its_options() -> None:
    found = BOARD.column_of(Choice("fair"))
    assert found is not None
    assert found.label == "fair"
    assert BOARD.column_of(Choice("fair", {"batch": 8})) is None


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({"table": "u.csv", "half": None, "rows_seed": 1}, True),
        ({"seed": 4}, False),
        ({"data": "photos"}, False),
        ({"data_identity": "others"}, False),
        ({"space": Choice("nasbench201", {"biases": True})}, False),
    ],
)
def test_scores_depend_on_space_images_and_seed_alone(change: dict[str, object], alike: bool) -> None:
    assert ROWS.scored_alike(replace(ROWS, **change)) is alike  # type: ignore[arg-type]
