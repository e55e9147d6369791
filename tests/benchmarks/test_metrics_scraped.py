"""Catches: a board whose queries are not all asked, a wrong count that passes, a traceback without a Prometheus, a run
that is killed before it was seen, a case that comes to no end and takes the others with it."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from evo.records.config import Limits
from evo.storage.run_folder import RunFolder
from tests.benchmarks import metrics_scraped
from tests.benchmarks.drawn_board import Answer, drawn
from tests.benchmarks.free_ports import free_ports
from tests.benchmarks.metrics_scraped import BOARD, CONFIG, DISCOVERY, Prometheus, Query, check, main, queries
from tests.runs import log_outcomes, scored, toy_config


def test_all_queries_of_the_board_are_asked_once() -> None:
    board = json.loads(BOARD.read_text())
    above, below = queries(board, supernets=False), queries(board, supernets=True)
    assert len(above) + len(below) == BOARD.read_text().count('"expr"')
    assert {"supernet" in query.text for query in above} == {False}
    assert {"supernet" in query.text for query in below} == {True}


def test_the_file_of_addresses_is_the_one_that_is_replaced() -> None:
    assert CONFIG.read_text().count(DISCOVERY) == 1


class Stub(Prometheus):
    """Answers without a process: one series of points, and the counts that a test says."""

    def __init__(self, at: list[float], completed: float) -> None:
        self._at, self._completed = at, completed

    def answers(self, query: Query, run: str, begin: float, end: float) -> list[Answer]:
        points = dict.fromkeys(self._at, 1.0)
        return [Answer(query.panel, query.legend, {"run": run}, points)] if self._at else []

    def last(self, query: str, begin: float, end: float) -> dict[str, float]:
        if "status" in query:
            names = ("failed", "out_of_memory", "timed_out", "lost", "abandoned")
            return {"completed": self._completed, **dict.fromkeys(names, 0.0)}
        return {"build": 0.0, "evaluate": 0.0, "log": 3.0, "": 0.0}


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    with RunFolder(tmp_path) as folder:
        folder.claim(toy_config(), Limits(9))
    return log_outcomes(tmp_path, [scored(1.0), scored(2.0)])


@pytest.mark.parametrize(
    ("at", "completed", "said"),
    [
        ([0.0, 5.0, 10.0], 2.0, set()),
        ([0.0, 5.0, 10.0], 1.0, {"local: evaluations completed: 1.0 scraped, 2 logged"}),
        ([0.0, 20.0], 2.0, {"local: Workers: a gap of 20 s"}),
        ([], 2.0, {"local: Workers: nothing"}),
    ],
)
def test_what_is_missing_or_differs_is_said(run_dir: Path, at: list[float], completed: float, said: set[str]) -> None:
    wrong = check("local", Stub(at, completed), run_dir, (0.0, 20.0))
    assert said <= set(wrong)
    assert bool(wrong) == bool(said)


@pytest.mark.parametrize(("done", "seen", "expected"), [(4, True, False), (5, False, False), (5, True, True)])
def test_a_run_is_killed_once_half_is_done_and_was_seen(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch, done: int, seen: bool, expected: bool
) -> None:
    stub = Stub([], 0.0)
    monkeypatch.setattr(metrics_scraped, "read_progress", lambda run_dir: {"done": done})
    monkeypatch.setattr(stub, "last", lambda query, begin, end: {"": 1.0} if seen else {})
    assert metrics_scraped.is_half_done(run_dir, 10, stub, 0.0) is expected


def test_a_case_that_fails_is_said_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Idle(Stub):
        def __init__(self, folder: Path) -> None:
            pass

        def close(self) -> None:
            print("closed")

    def run_case(case: str, *_: object) -> tuple[float, float]:
        if case == "local":
            raise TimeoutError("not within 900 s")
        return 0.0, 1.0

    monkeypatch.setattr(shutil, "which", lambda name: "prometheus")
    monkeypatch.setattr(sys, "argv", ["x", "--cases", "local", "client"])
    monkeypatch.setattr(metrics_scraped, "Prometheus", Idle)
    monkeypatch.setattr(metrics_scraped, "run_case", run_case)
    monkeypatch.setattr(metrics_scraped, "check", lambda case, *_: [f"{case}: checked"])
    assert main() == 1
    assert capsys.readouterr().out.splitlines() == [
        "closed",
        "client: 1 s",
        "closed",
        "local: not within 900 s",
        "client: checked",
    ]


def test_without_prometheus_nothing_is_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["x"])
    monkeypatch.setattr(metrics_scraped, "Prometheus", None)
    assert main() == 0
    assert capsys.readouterr().out.startswith("not run: there is no prometheus")


def test_the_board_is_drawn_a_panel_for_each_of_its_titles() -> None:
    answers = [
        Answer(panel, "{{run}} {{state}}", {"run": "x-1", "state": state}, {105.0: 1.0, 110.0: 2.0})
        for panel in ("Workers", "Queue", "Memory", "Losses")
        for state in ("up", "idle")
    ]
    assert answers[0].label == "up"
    text = drawn(answers, 100.0)
    assert text.count("<svg ") == 5
    assert all(f">{word}<" in text for word in ("Workers", "Queue", "Memory", "Losses", "up", "idle"))
    assert ">10<" in text  # seconds since the begin


def test_ports_are_different_ones() -> None:
    assert len(set(free_ports(3))) == 3
