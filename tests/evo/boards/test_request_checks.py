"""Catches: what contradicts itself and is taken anyway, a refusal of what is right."""

from pathlib import Path
from typing import Any

import pytest

from evo.boards.request import BOARDS, MARKDOWN, LeaderboardRequest
from evo.boards.request_checks import check_leaderboard, correlation_of
from tasks.foundation.errors import UsageError

OWN = {"space": "tests.toy:BitStrings", "metric": "acc"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = [f"{n:05b},{n}" for n in range(32)]
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc", *rows]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "asked",
    [{}, {"fitness": "synflow"}, {"fitness": ["synflow", "params"], "table": "nasbench201"}, {**OWN, "table": "t.csv"}],
)
def test_what_is_right_is_let_through(here: Path, asked: dict[str, Any]) -> None:
    check_leaderboard(LeaderboardRequest(**asked))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"table": "nasbench21"}, "did you mean 'nasbench201'"),
        ({"table": "t.csv"}, "name the --space and the --metric"),
        ({"metric": "acc"}, "--metric is for a table of your own"),
        ({"rows": "B"}, "--rows is for a table of your own"),
        ({"sample": 0}, "--sample is for a table of your own"),
        ({"seed": 4}, "--seed is for a table of your own"),
        ({"lower_is_better": True}, "--lower-is-better is for a table of your own"),
        ({"options": {"space": {"length": 4}}}, "--set is for a table of your own"),
        ({"space": "tests.toy:BitStrings"}, "--space needs --table"),
        ({"space": "tests.toy:BitStrings", "table": "t.csv"}, "--space needs --metric"),
        ({**OWN, "table": "u.csv"}, "no such file"),
        ({**OWN, "table": "t.csv", "metric": "ac"}, "did you mean 'acc'"),
        ({**OWN, "table": "t.csv", "options": {"fitness": {"x": 1}}}, "in parentheses"),
        ({"fitness": "synflw"}, "did you mean 'synflow'"),
        ({"fitness": ["params", "synflw"]}, "did you mean 'synflow'"),
        ({"trial_timeout": 0.0}, "--trial-timeout 0"),
        ({"scores": Path("t.csv/x")}, "t.csv is a file, not a folder"),
        ({"run_dir": "t.csv"}, "is a file"),
        ({"run_dir": "."}, f"holds no {MARKDOWN}"),
    ],
)
def test_what_contradicts_itself_is_refused(here: Path, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_leaderboard(LeaderboardRequest(**asked))
    assert words in str(refused.value)
    assert [path.name for path in here.iterdir()] == ["t.csv"]


def test_a_folder_that_was_begun_is_gone_on_with(here: Path) -> None:
    (here / "begun" / BOARDS).mkdir(parents=True)
    check_leaderboard(LeaderboardRequest(run_dir=here / "begun"))
    (here / "done").mkdir()
    (here / "done" / MARKDOWN).touch()
    check_leaderboard(LeaderboardRequest(run_dir=here / "done"))


def test_a_table_of_ones_own_is_held_against_as_a_correlation_would(here: Path) -> None:
    asked = LeaderboardRequest(**OWN, table=Path("t.csv"), rows="A", rows_seed=4, sample=9, lower_is_better=True)
    found = correlation_of(asked, fitness=["params"])
    assert (found.fitness, found.metric, found.rows, found.rows_seed) == (["params"], "acc", "A", 4)
    assert (found.sample, found.lower_is_better, found.run_dir) == (9, True, None)
