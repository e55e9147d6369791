"""Catches: a score or a metric beside another candidate, seconds of a score that was reused, a size that is lost with a
failure."""

from pathlib import Path

import numpy as np

from evo.records.trial import Finished, Outcome, Status, Trial
from evo.scoring.scores import read_column, read_makers, read_metric, read_sizes
from evo.storage.run_log import RunLog
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


def test_cpu_seconds_count_where_they_are_known(tmp_path: Path) -> None:
    outcomes = [scored(1.0, evaluate_s=9.0), scored(2.0, evaluate_s=9.0, cpu_s=2.0), scored(3.0, evaluate_s=9, cpu_s=4)]
    column = read_column("x", log_outcomes(tmp_path / "a", outcomes), 3)
    assert (column.seconds_each, column.unit) == (3.0, "CPU s")
    by_clock = read_column("x", log_outcomes(tmp_path / "b", outcomes[:1]), 1)
    assert (by_clock.seconds_each, by_clock.unit) == (9.0, "s")
    reused = read_column("x", log_outcomes(tmp_path / "c", outcomes, reused=2), 3)
    assert reused.seconds_each == 2.0


def test_what_computed_scores_is_told_by_their_rows(tmp_path: Path) -> None:
    outcomes = [scored(1.0, processor=name) for name in ("b", "a", None, "c")]
    run = log_outcomes(tmp_path, outcomes, reused=3)
    assert read_makers(run, 4) == (("a", "b"), False)
    log = RunLog(tmp_path)
    log.append(Finished(Trial(4, None, (1,), "d", "d", 1), scored(1.0, processor="d"), attempts=0))
    log.flush()
    assert read_makers(run, 5) == (("a", "b", "d"), True)
    assert read_makers(run, 2) == (("a", "b"), False)


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
