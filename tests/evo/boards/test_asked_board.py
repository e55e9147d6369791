"""Catches: a board of other rows than a correlation would draw, a folder that depends on what scores do not, a fitness
that is taken for another because an option was added since."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evo.boards.asked_board import DEFAULT_FITNESSES, asked_boards, folder_of, of_now
from evo.boards.request import LeaderboardRequest
from evo.boards.shipped import shipped_board, shipped_names
from evo.correlation.config import named_fitnesses
from evo.correlation.labels import draw_sample, read_labels
from evo.records.config import Choice
from tasks.foundation.errors import UsageError
from tests.evo.boards.small_boards import BOARD


@pytest.fixture
def own(tmp_path: Path) -> dict[str, Any]:
    table = tmp_path / "t.csv"
    table.write_text("\n".join(["candidate,acc,loss", *(f"{n:05b},{n},{-n}" for n in range(32))]))
    axes = {"space": "tests.toy:BitStrings", "options": {"space": {"length": 5}}, "data": "noise"}
    return {**axes, "table": table, "metric": "acc", "fitness": "tests.toy:CountOnes", "run_dir": tmp_path / "lb"}


def test_the_rows_are_those_of_a_correlation(own: dict[str, Any]) -> None:
    (asked,) = asked_boards(LeaderboardRequest(**own, rows="B", rows_seed=5, sample=12))
    (table,) = read_labels(own["table"], ["acc"])
    expected = draw_sample(table, 12, "B", seed=5)
    assert asked.board.texts == expected.texts
    assert asked.board.labels[0].values.tolist() == expected.labels.tolist()
    assert (asked.board.rows.half, asked.board.rows.table, asked.board.name) == ("B", "t.csv", "t")
    assert [one.label for one in asked.scored.config.fitnesses] == ["tests.toy:CountOnes"]


def test_a_loss_is_negated_and_said(own: dict[str, Any]) -> None:
    (asked,) = asked_boards(LeaderboardRequest(**{**own, "metric": "loss"}, lower_is_better=True))
    (labels,) = asked.board.labels
    assert labels.name == "-loss"
    assert labels.values.tolist() == [int(text, 2) for text in asked.board.texts]


def test_the_folder_depends_on_rows_and_settings_but_on_no_label_fitness_or_size(own: dict[str, Any]) -> None:
    def folder(**change: object) -> Path:
        (asked,) = asked_boards(LeaderboardRequest(**{**own, **change}))
        return asked.folder.path

    same = folder()
    assert same.parent == own["run_dir"] / "boards"
    for change in ({"metric": "loss"}, {"sample": 7}, {"fitness": "tests.toy:RaisesForSome"}):
        assert folder(**change) == same
    for other in ({"seed": 1}, {"rows": "A"}, {"rows_seed": 1}, {"data": "photos"}):
        assert folder(**other) != same


def test_no_rows_are_refused_as_a_correlation_does(own: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="--sample 0: must be 5 to 32"):
        asked_boards(LeaderboardRequest(**own, sample=0))


def test_a_candidate_that_is_none_is_refused(own: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="is no candidate of space"):
        asked_boards(LeaderboardRequest(**{**own, "options": {}}))


def test_shipped_boards_keep_their_rows_and_come_without_scores(tmp_path: Path) -> None:
    asked = asked_boards(LeaderboardRequest(fitness="params", run_dir=tmp_path))
    assert [one.board.name for one in asked] == shipped_names()
    for one in asked:
        shipped = shipped_board(one.board.name)
        assert one.board.texts == shipped.texts
        assert one.board.columns == ()
        assert one.scored.config.seed == shipped.rows.seed
    (named,) = asked_boards(LeaderboardRequest(fitness="params", table=Path("nasbench101"), run_dir=tmp_path))
    assert named.folder.path == next(one.folder.path for one in asked if one.board.name == "nasbench101")


def test_an_option_that_was_added_since_is_at_its_default() -> None:
    synflow = replace(BOARD.columns[0], choice=Choice("synflow", {}))
    gone = replace(BOARD.columns[1], choice=Choice("synflow", {"gone": 1}))
    found = of_now(replace(BOARD, columns=(synflow, gone)))
    assert "batch" in found.columns[0].choice.options
    assert found.columns[1].choice == gone.choice  # what it was nobody knows any longer
    assert "stem_channels" in found.rows.space.options


def test_the_default_list_needs_no_options_and_no_labels_of_its_own() -> None:
    assert "regression(task=N)" in DEFAULT_FITNESSES
    assert {"synflow", "naswot", "zico_regression", "az_nas", "vote", "consensus"} <= set(DEFAULT_FITNESSES)
    assert [label for label, _ in named_fitnesses(list(DEFAULT_FITNESSES))] == list(DEFAULT_FITNESSES)


def test_folders_of_two_boards_of_one_name_differ(tmp_path: Path) -> None:
    other = folder_of(tmp_path, BOARD, BOARD.texts[1:])
    assert folder_of(tmp_path, BOARD, BOARD.texts).path != other.path
