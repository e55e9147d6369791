"""Catches: a time that forgets the workers or what is scored already, an untimed fitness without a word."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.engine.expected_time import ExpectedScores, ExpectedTime, KnownCost, spoken
from evo.engine.observer import LiveRun
from evo.records.trial import Finished, Outcome, Status, Trial

A, B = Path("a"), Path("b")


def finished(seconds: float | None) -> Finished:
    return Finished(Trial(0, None, "x", "x", "x", 0), Outcome(Status.COMPLETED, 1.0, evaluate_s=seconds))


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


def test_a_reference_that_comes_before_takes_its_time() -> None:
    one = ExpectedScores("joined", A, 20, KnownCost(3.0, ""), reference=10)
    assert ExpectedTime([one]).lines(1) == [
        "joined: 20 candidates, and a reference as long as 10, about 90 s (3 s each)"
    ]


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


def test_all_is_said_at_one_level_with_what_it_is_about(caplog: pytest.LogCaptureFixture) -> None:
    expected = ExpectedTime([ExpectedScores("new", A, 61, None)], level=logging.WARNING, before="reference: ")
    assert expected.lines(1) == ["reference: new: not timed on this space yet, so told after the first candidate"]
    with caplog.at_level(logging.WARNING, logger="evo"):
        expected.finished(LiveRun(A, 1), finished(9.0))
    assert caplog.messages == ["reference: new: 9 s for the first candidate, so about 9 min for the others"]
