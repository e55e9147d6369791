"""Catches: a command that tells where somebody's files lie, a fitness that is taken for known when it is another."""

import sys
from pathlib import Path

import pytest

from evo.boards.asked_board import asked_boards, of_now
from evo.boards.board_scoring import command_of, prepared, without_places
from evo.boards.request import LeaderboardRequest
from evo.boards.shipped import shipped_board
from evo.scoring.member import Member


@pytest.mark.parametrize(
    "places",
    [
        ["--run-dir", "/home/me/lb", "--table", "/home/me/t.csv"],
        ["--run-dir=/home/me/lb", "--table=/home/me/t.csv"],
        ["--workers=2", "--scores=/home/me/scores", "--table", "/home/me/./t.csv"],
    ],
)
def test_the_command_names_a_table_by_its_name_alone(monkeypatch: pytest.MonkeyPatch, places: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["/x/evo/leaderboard.py", *places, "--fitness", "a(b=1)"])
    assert command_of() == "python -m evo.leaderboard --table t.csv --fitness 'a(b=1)'"
    monkeypatch.setattr(sys, "argv", ["/x/pytest"])
    assert command_of() == ""


def test_where_a_command_ran_is_left_out() -> None:
    words = ["--workers", "2", "--fitness", "f", "--run-dir", "x", "--seed", "2", "--scores", "none", "--address=a:1"]
    assert without_places(words) == ["--fitness", "f", "--seed", "2"]


@pytest.mark.parametrize(
    ("fitness", "run"),
    [
        ("regression(task=N)", []),
        ("regression(steps=100,task=N)", []),  # the same, its default spelled out
        ("regression(task=N,steps=50)", ["regression(task=N,steps=50)"]),
        ("params,naswot(batch=8)", ["naswot(batch=8)"]),
    ],
)
def test_what_is_known_under_any_name_is_not_run(tmp_path: Path, fitness: str, run: list[str]) -> None:
    request = LeaderboardRequest(fitness=fitness, table=Path("nasbench101"), run_dir=tmp_path)
    (asked,) = asked_boards(request)
    found = prepared(asked, request, [of_now(shipped_board("nasbench101"))])
    assert [member.label for member in found.members] == run
    assert found.board.columns
    assert not any(tmp_path.iterdir())


def test_the_reference_of_a_consensus_is_expected_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitness = "consensus(synflow,naswot(batch=8),reference_size=8)"
    request = LeaderboardRequest(fitness=fitness, table=Path("nasbench101"), run_dir=tmp_path / "lb")
    (asked,) = asked_boards(request)
    found = prepared(asked, request, [])
    (member,) = found.members
    assert found._expected(member, []).reference == 8
    assert not any(tmp_path.iterdir())
    monkeypatch.setattr(Member, "lacks", lambda self, limits: False)
    assert found._expected(member, []).reference == 0
