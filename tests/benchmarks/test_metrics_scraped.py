"""Catches: a board whose queries are not all asked, a wrong count that passes, a traceback without a Prometheus."""

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
