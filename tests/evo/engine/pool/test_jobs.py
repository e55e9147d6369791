"""Catches: a trial handed back with the wrong wait or attempts; one that may kill workers and travels with others."""

from collections import deque

import pytest

from evo.engine.pool.jobs import Assignment, Job
from evo.records.trial import Outcome, Status, Trial

TRIAL = Trial(3, None, "", "", "", 0)


@pytest.mark.parametrize(("began", "queued_s"), [(None, 0.0), (12.5, 2.5)])
def test_a_job_knows_how_long_it_waited(began: float | None, queued_s: float) -> None:
    outcome = Outcome(Status.COMPLETED, 1.0)
    finished = Job(TRIAL, 10.0, began=began).finished(outcome, attempts=2)
    assert (finished.trial, finished.outcome, finished.attempts) == (TRIAL, outcome, 2)
    assert finished.queued_s == queued_s


@pytest.mark.parametrize(
    ("job", "alone"),
    [
        (Job(TRIAL, 0.0), False),
        (Job(TRIAL, 0.0, deaths=1), True),
        (Job(TRIAL, 0.0, excused=1), True),
        (Job(TRIAL, 0.0, repeats=1), True),
    ],
)
def test_what_a_worker_may_have_died_of_travels_alone(job: Job, alone: bool) -> None:
    assert job.travels_alone is alone


def test_a_batch_is_late_from_the_first_second_on() -> None:
    assert not Assignment(0, deque(), 0.0).late
    assert Assignment(0, deque(), 0.0, late_since=0.0).late
