"""Catches: a time that forgets the workers or what is scored already, one that is said of another space's scores, an
untimed fitness without a word."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.boards.expected_time import ExpectedScores, ExpectedTime, KnownCost, known_cost, spoken
from evo.engine.observer import LiveRun
from evo.records.config import Choice
from evo.records.trial import Finished, Outcome, Status, Trial
from tests.evo.boards.small_boards import BOARD, ROWS

A, B = Path("a"), Path("b")


def finished(seconds: float | None) -> Finished:
    return Finished(Trial(0, None, "x", "x", "x", 0), Outcome(Status.COMPLETED, 1.0, evaluate_s=seconds))


def test_what_is_known_is_the_median_on_the_same_space() -> None:
    space = ROWS.space
    assert known_cost(Choice("good<b>"), space, [BOARD]) == KnownCost(8.0, "Abacus 3")
    assert known_cost(Choice("params"), space, [BOARD]) is None  # not timed
    assert known_cost(Choice("good<b>"), Choice("nasbench101"), [BOARD]) is None
    later = replace(BOARD, columns=(replace(BOARD.columns[0], processor="other"),))
    assert known_cost(Choice("good<b>"), space, [later, BOARD]) == KnownCost(8.0, "other")


def test_the_time_is_that_of_what_is_left_over_the_workers() -> None:
    scores = [
        ExpectedScores("slow", A, 300, KnownCost(8.0, "Abacus 3")),
        ExpectedScores("quick", B, 100, KnownCost(0.6, "")),
        ExpectedScores("done", Path("c"), 0, KnownCost(9.0, "")),
    ]
    assert ExpectedTime(scores).lines(2) == [
        "slow: 300 candidates, about 20 min (8 s each on Abacus 3)",
        "quick: 100 candidates, about 30 s (0.6 s each)",
        "expected: about 20 min in all on 2 workers",
    ]
    assert ExpectedTime(scores[1:]).lines(0) == ["quick: 100 candidates, about 60 s (0.6 s each)"]


def test_what_nobody_timed_is_told_once_its_first_candidate_is_scored(caplog: pytest.LogCaptureFixture) -> None:
    expected = ExpectedTime([ExpectedScores("new", A, 61, None)])
    assert expected.lines(3) == ["new: not timed on this space yet, so told after the first candidate"]
    with caplog.at_level(logging.INFO, logger="evo"):
        expected.finished(LiveRun(B, 1), finished(2.0))
        expected.finished(LiveRun(A, 1), finished(None))
        expected.finished(LiveRun(A, 1), replace(finished(500.0), attempts=0))  # found, not scored
        for _ in range(2):
            expected.finished(LiveRun(A, 1), finished(9.0))
    assert caplog.messages == ["new: 9 s for the first candidate, so about 3 min for the others"]


def test_a_first_candidate_that_took_long_to_begin_is_corrected_by_the_second(caplog: pytest.LogCaptureFixture) -> None:
    expected = ExpectedTime([ExpectedScores("new", A, 102, None)])
    with caplog.at_level(logging.INFO, logger="evo"):
        for seconds in (6.0, 0.4, 0.1):
            expected.finished(LiveRun(A, 1), finished(seconds))
    assert caplog.messages == [
        "new: 6 s for the first candidate, so about 10 min for the others",
        "new: 0.4 s for the second candidate, so about 40 s for the others",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.01, "a second"), (1.6, "2 s"), (119, "119 s"), (150, "2 min"), (7199, "120 min"), (9000, "2.5 h")],
)
def test_spans_of_time_are_spoken(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
    assert np.isfinite(seconds)
