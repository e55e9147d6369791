"""Catches: a trial that is overdue at once, or never."""

import math

import pytest

from evo.engine.pool.durations import LEAST, Durations
from evo.engine.pool.overdue import Lateness, lateness, limit_s
from evo.records.trial import Outcome, Status, Trial

TRIAL = Trial(0, None, "", "", "", 0)


@pytest.mark.parametrize(
    ("seconds", "times", "limit"),
    [(1.0, 20.0, 60.0), (3.0, 20.0, 60.0), (4.0, 20.0, 80.0), (4.0, 100.0, 400.0), (4.0, 0.0, math.inf)],
)
def test_the_limit_is_so_many_times_what_the_slowest_take(seconds: float, times: float, limit: float) -> None:
    durations = Durations()
    for _ in range(LEAST):
        assert limit_s(TRIAL, durations, times) == math.inf
        durations.add(TRIAL, Outcome(Status.COMPLETED, 1.0, evaluate_s=seconds))
    assert limit_s(TRIAL, durations, times) == limit


@pytest.mark.parametrize(
    ("ran", "times", "silent", "why"),
    [
        (79.9, 20.0, False, None),
        (80.0, 20.0, False, Lateness.LONG),
        (80.0, 20.0, True, Lateness.SILENT),
        (0.0, 20.0, True, Lateness.SILENT),
        (1e6, 0.0, True, None),
    ],
)
def test_a_trial_is_late_that_takes_long_or_whose_worker_is_silent(
    ran: float, times: float, silent: bool, why: Lateness | None
) -> None:
    durations = Durations()
    for _ in range(LEAST):
        durations.add(TRIAL, Outcome(Status.COMPLETED, 1.0, evaluate_s=4.0))
    assert lateness(TRIAL, ran, durations, times, silent=silent) is why


def test_a_trial_may_meet_two_silent_workers_and_runs_beside_one_slow_one() -> None:
    assert (Lateness.SILENT.repeats, Lateness.LONG.repeats) == (2, 1)
