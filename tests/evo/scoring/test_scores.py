"""Catches: a score or a metric beside another candidate, seconds of a score that was reused, a size that is lost with a
failure."""

from pathlib import Path

import numpy as np

from evo.records.trial import Outcome, Status
from evo.scoring.scores import read_column, read_metric, read_sizes
from tests.runs import log_outcomes, scored

FAILED = Outcome(Status.FAILED, error="Traceback\n  line\nValueError: why\n", params=7)


def test_scores_are_in_the_order_of_candidates(tmp_path: Path) -> None:
    outcomes = [scored(1.0, evaluate_s=2.0), FAILED, scored(3.0, evaluate_s=4.0), scored(9.0, evaluate_s=100.0)]
    column = read_column("x", log_outcomes(tmp_path, outcomes, reused=3), 4)
    np.testing.assert_array_equal(column.scores, [1.0, np.nan, 3.0, 9.0])
    assert (column.label, column.failed, column.seconds_each, column.reason) == ("x", 1, 3.0, "ValueError: why")
    assert read_column("x", tmp_path, 1).scores.tolist() == [1.0]


def test_nobody_timed_what_was_not_scored(tmp_path: Path) -> None:
    assert read_column("x", log_outcomes(tmp_path, [FAILED]), 1).seconds_each is None


def test_a_metric_is_beside_its_candidate_and_may_be_missing(tmp_path: Path) -> None:
    run = log_outcomes(tmp_path, [scored(1.0, metrics={"a": 0.5, "b": 2.0}), FAILED, scored(3.0, metrics={"b": 4.0})])
    np.testing.assert_array_equal(read_metric("a", run, 3), [0.5, np.nan, np.nan])
    np.testing.assert_array_equal(read_metric("b", run, 3), [2.0, np.nan, 4.0])
    assert read_metric("a", run, 1).tolist() == [0.5]


def test_sizes_come_from_whichever_run_knows_them(tmp_path: Path) -> None:
    first = log_outcomes(tmp_path / "a", [scored(0.0, params=5, macs=1), Outcome(Status.FAILED), FAILED])
    second = log_outcomes(tmp_path / "b", [scored(0.0, params=5), scored(0.0, params=9), scored(0.0), scored(0.0)])
    found = read_sizes([first, second], 3)
    np.testing.assert_array_equal(found["params"], [5, 9, 7])
    np.testing.assert_array_equal(found["macs"], [1, np.nan, np.nan])
