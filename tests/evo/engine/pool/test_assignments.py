"""Catches: a job in nobody's hands and not in the queue, one that is given out twice, an order turned around."""

from evo.engine.pool.assignments import Assignments
from evo.records.trial import Trial


def filled(count: int) -> Assignments:
    assigned = Assignments()
    for number in range(count):
        assigned.add(Trial(number, None, "", "", "", 0), now=float(number))
    return assigned


def numbers(assigned: Assignments) -> list[int]:
    """Return what waits, in order."""
    return [job.trial.trial_id for job in assigned._queue]


def test_jobs_are_given_in_order_and_come_back_in_it_before_the_others() -> None:
    assigned = filled(5)
    batch = assigned.give(7, 3, now=9.0)
    assert ([job.trial.trial_id for job in batch.jobs], numbers(assigned)) == ([0, 1, 2], [3, 4])
    assert [job.began for job in batch.jobs] == [9.0, None, None]
    assert assigned.waiting == 2
    first = assigned.answered(7, now=11.0)
    assert first is not None
    assert (first.trial.trial_id, batch.started) == (0, 11.0)
    assert assigned.settle(first) == []
    assert assigned.drop(7) is batch
    assert numbers(assigned) == [1, 2, 3, 4]
    assert assigned.in_hands == set()


def test_nobody_answers_for_a_worker_without_a_job() -> None:
    assigned = filled(1)
    assert assigned.answered(0, 1.0) is None
    assigned.give(0, 1, 0.0)
    assert assigned.answered(0, 1.0) is not None
    assert assigned.answered(0, 1.0) is None
    assert assigned.drop(5) is None


def test_what_a_late_worker_has_waits_too_and_what_one_may_have_died_of_travels_alone() -> None:
    assigned = filled(4)
    batch = assigned.give(0, 3, 0.0)
    assigned.put_off(batch, 60.0, silent=True)
    assert (batch.late_since, batch.silent, batch.late) == (60.0, True, True)
    assert numbers(assigned) == [0, 1, 2, 3]
    again = assigned.give(1, 3, 61.0)
    assert [job.trial.trial_id for job in again.jobs] == [0]
    assert assigned.begun_again == 1
    together = assigned.give(2, 3, 61.0)
    assert [job.trial.trial_id for job in together.jobs] == [1, 2, 3]
    assert assigned.begun_again == 1
    assert assigned.drop(0) is batch  # nothing comes back: all are with others
    assert assigned.waiting == 0


def test_a_job_in_two_hands_is_done_once() -> None:
    assigned = filled(1)
    slow = assigned.give(0, 1, 0.0)
    assigned.put_off(slow, 60.0, silent=False)
    quick = assigned.give(1, 1, 61.0)
    job = assigned.answered(1, 62.0)
    assert job is not None
    assert quick.jobs == assigned.batches[1].jobs
    assert assigned.settle(job) == [slow]
    assert (job.done, job.waits) == (True, False)
    assigned.drop(0)
    assert assigned.waiting == 0


def test_a_job_that_is_done_waits_no_more() -> None:
    assigned = filled(1)
    slow = assigned.give(0, 1, 0.0)
    assigned.put_off(slow, 60.0, silent=False)
    job = assigned.answered(0, 61.0)
    assert job is not None
    assigned.settle(job)
    assert assigned.waiting == 0


def test_only_what_nobody_has_is_taken_back() -> None:
    assigned = filled(3)
    slow = assigned.give(0, 1, 0.0)
    assigned.put_off(slow, 60.0, silent=False)
    assert [trial.trial_id for trial in assigned.cancel()] == [1, 2]
    assert numbers(assigned) == [0]
