"""Catches: a trial that is lost, returned twice or blamed for what it did not do, whatever becomes of its workers; a
slow machine that makes a row; workers that grow for ever; one that holds what others could do. Nothing runs here."""

import logging

import pytest
from ray.exceptions import ActorDiedError, OutOfMemoryError, RayError

from evo.engine.pool.deaths import MAX_ATTEMPTS
from evo.engine.pool.trial_pool import MOST_EXCUSED, TIMEOUT_GRACE_S, TrialRules
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.records.worker_care import WorkerCare
from tests.fake_actors import FakeActors, fine

KNOWN = 20
"""Trials that finish before anything is expected of others."""


def trial(number: int) -> Trial:
    text = f"{number:010b}"
    return Trial(number, None, text, text, text, seed=number)


ANY = TrialRules()


class Bench:
    """A pool on fake actors that are up."""

    def __init__(self, workers: int, rules: TrialRules = ANY, *, may_stream: bool = True) -> None:
        self.actors = FakeActors(workers, may_stream=may_stream)
        self.pool = self.actors.pool(rules)
        self.actors.start(*range(workers))
        self.pool.wait(0.0)
        self._numbers = iter(range(10_000))

    def submit(self, count: int) -> list[int]:
        """Queue trials, and let them go to whom is idle; returns their numbers."""
        numbers = [next(self._numbers) for _ in range(count)]
        for number in numbers:
            self.pool.submit(trial(number))
        self.pool.wait(0.0)
        return numbers

    def wait(self) -> list[Finished]:
        return self.pool.wait(0.0)

    def at(self, number: int) -> list[int]:
        """Return the trials that a worker has in hand."""
        return [int(text, 2) for text in self.actors.actors[number].asked]

    def known(self, seconds: float = 1.0) -> "Bench":
        """Let as many trials finish as it takes to know how long they take; they take so long."""
        for _ in range(KNOWN):
            (number,) = self.submit(1)
            (place,) = [place for place in self.actors.actors if self.at(place) == [number]]
            self.actors.answer(place, fine("1", evaluate_s=seconds))
            self.wait()
        return self


def test_an_overdue_trial_runs_once_more_elsewhere_and_the_first_answer_counts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(2).known(seconds=5.0)
    (slow,) = bench.submit(1)
    bench.actors.pass_s(99.9)  # 20 x 5 s
    assert (bench.wait(), bench.at(1)) == ([], [])
    bench.actors.pass_s(0.1)
    bench.wait()
    assert (bench.at(0), bench.at(1)) == ([slow], [slow])
    assert bench.actors.replaced == []
    assert "trial 20 has run 100 s on worker-0 (node node), far longer" in caplog.text
    assert (bench.pool.state().in_flight, bench.pool.state().begun_again) == (1, 1)
    bench.actors.answer(1)
    (finished,) = bench.wait()
    assert (finished.trial.trial_id, finished.attempts, finished.outcome.status) == (slow, 1, Status.COMPLETED)
    assert bench.actors.replaced == [0]


def test_a_trial_that_hangs_from_the_start_is_overdue_once_those_within_the_look_ahead_have_finished() -> None:
    bench = Bench(2)
    (hung,) = bench.submit(1)
    for _ in range(5):
        bench.submit(1)
        bench.actors.answer(1, fine("1", evaluate_s=1.0))
        bench.wait()
    bench.actors.pass_s(60.0)
    bench.wait()
    assert bench.at(1) == [hung]


def test_the_slow_worker_may_still_be_first_and_the_other_lives_on() -> None:
    bench = Bench(2).known()
    (slow,) = bench.submit(1)
    bench.actors.pass_s(60.0)
    bench.wait()
    bench.actors.answer(0)
    assert [each.trial.trial_id for each in bench.wait()] == [slow]
    bench.submit(1)
    assert (bench.at(0), bench.at(1)) == ([slow + 1], [slow])
    bench.actors.answer(1)
    assert bench.wait() == []
    assert bench.actors.replaced == []


def test_an_answer_that_nobody_needs_any_more_is_not_waited_for_for_ever() -> None:
    bench = Bench(2).known()
    bench.submit(1)
    bench.actors.pass_s(60.0)
    bench.wait()
    bench.actors.answer(0)
    bench.wait()
    bench.actors.pass_s(60.0)
    bench.wait()
    assert bench.actors.replaced == [1]


@pytest.mark.parametrize(("overdue", "seconds"), [(0.0, 1e6), (100.0, 99.0)])
def test_what_is_overdue_is_an_option(overdue: float, seconds: float) -> None:
    bench = Bench(2, TrialRules(care=WorkerCare(overdue=overdue))).known()
    bench.submit(1)
    bench.actors.actors[0].beats = overdue != 0
    bench.actors.pass_s(0.0)
    bench.actors.pass_s(seconds)
    bench.wait()
    assert bench.at(1) == []


def test_where_every_worker_is_late_the_first_of_them_makes_place() -> None:
    bench = Bench(1).known()
    (slow,) = bench.submit(1)
    bench.actors.pass_s(60.0)
    bench.wait()
    assert bench.actors.replaced == [0]
    bench.actors.start(0)
    bench.wait()
    assert bench.at(0) == [slow]
    bench.actors.pass_s(1e6)  # only a time-out ends it now
    assert bench.wait() == []
    assert bench.actors.replaced == [0]


def test_a_trial_that_hangs_everywhere_keeps_one_worker() -> None:
    bench = Bench(2).known()
    hung, *others = bench.submit(3)
    bench.actors.pass_s(60.0)
    bench.actors.answer(1)
    bench.wait()
    assert (bench.at(0), bench.at(1)) == ([hung], [hung])  # before what was queued behind it
    bench.actors.pass_s(60.0)
    bench.wait()
    assert bench.actors.replaced == [0]
    bench.actors.start(0)
    bench.wait()
    assert (bench.at(0), bench.at(1)) == ([others[1]], [hung])


def test_a_frozen_workers_trials_run_elsewhere_before_they_are_overdue(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(2)
    (trial_id,) = bench.submit(1)
    bench.actors.pass_s(5.0)
    bench.actors.actors[0].beats = False
    for _ in range(9):
        bench.actors.pass_s(1.0)
        bench.wait()
    assert bench.at(1) == []
    bench.actors.pass_s(1.0)
    bench.wait()
    assert bench.at(1) == [trial_id]
    assert "worker-0 (node node), which gives no sign of life: it is run once more elsewhere" in caplog.text
    bench.actors.die(0)  # Ray notices at last
    bench.actors.answer(1)
    (finished,) = bench.wait()
    assert finished.attempts == 1


def test_a_frozen_worker_without_a_trial_is_given_none_and_is_replaced() -> None:
    bench = Bench(2)
    bench.actors.actors[0].beats = False
    bench.actors.pass_s(10.0)
    (trial_id,) = bench.submit(1)
    assert (bench.at(0), bench.at(1)) == ([], [trial_id])
    assert bench.actors.replaced == [0]


@pytest.mark.parametrize("overdue", [0.0, 20.0])
def test_a_worker_that_freezes_behind_its_last_answer_is_replaced(overdue: float) -> None:
    bench = Bench(1, TrialRules(care=WorkerCare(overdue=overdue))).known(seconds=0.01)
    bench.submit(2)
    bench.actors.answer(0)
    bench.actors.answer(0, ends=False)
    assert [each.trial.trial_id for each in bench.wait()] == [20, 21]
    bench.actors.actors[0].beats = False
    (trial_id,) = bench.submit(1)
    bench.actors.pass_s(9.0)
    bench.wait()
    assert bench.actors.replaced == []
    bench.actors.pass_s(1.0)
    bench.wait()
    assert bench.actors.replaced == [0]
    bench.actors.start(0)
    bench.wait()
    assert bench.at(0) == [trial_id]


@pytest.mark.parametrize("noticed", [True, False])
def test_a_worker_that_was_silent_and_answers_is_not_replaced_where_nothing_is_overdue(noticed: bool) -> None:
    bench = Bench(1, TrialRules(care=WorkerCare(overdue=0)))
    bench.submit(1)
    bench.actors.actors[0].beats = False
    bench.actors.pass_s(12.0)
    if noticed:
        bench.wait()
        bench.actors.actors[0].beats = True
        bench.actors.pass_s(1.0)
        bench.actors.actors[0].beats = False
    bench.actors.answer(0)
    bench.wait()
    bench.actors.pass_s(23.9)
    bench.wait()
    bench.wait()
    assert bench.actors.replaced == []


def test_a_worker_that_was_silent_and_answers_is_borne_with() -> None:
    bench = Bench(2)
    bench.actors.actors[0].beats = False
    bench.submit(1)
    bench.actors.pass_s(10.0)
    bench.wait()
    assert bench.at(1) != []
    bench.actors.answer(0)
    bench.actors.answer(1)
    assert len(bench.wait()) == 1
    bench.actors.pass_s(19.0)  # silent all that time, and at work
    bench.submit(1)
    assert bench.at(0) != []
    bench.actors.pass_s(1.0)
    bench.wait()
    assert bench.at(1) != []


def test_a_hiccup_that_silences_all_workers_is_one_silence() -> None:
    places = range(16)
    bench = Bench(17)
    bench.submit(17)
    for place in places:
        bench.actors.actors[place].beats = False
    bench.actors.pass_s(12.0)
    bench.wait()
    for place in places:
        bench.actors.answer(place)
    bench.wait()
    bench.submit(16)
    bench.actors.pass_s(23.0)
    bench.wait()
    assert bench.pool.state().begun_again == 0
    bench.actors.answer(16)
    bench.actors.pass_s(1.0)
    bench.wait()
    bench.wait()
    assert bench.pool.state().begun_again == 1


def test_nobody_is_silent_while_the_cluster_does_not_answer() -> None:
    bench = Bench(2)
    bench.submit(1)
    bench.actors.notes.broken = True
    bench.actors.pass_s(1000.0)
    bench.wait()
    assert bench.at(1) == []


def test_the_same_trial_may_meet_two_frozen_workers_and_no_third() -> None:
    bench = Bench(4)
    (trial_id,) = bench.submit(1)
    for place in range(3):
        bench.actors.actors[place].beats = False
        bench.actors.pass_s(10.0)
        bench.wait()
    assert [bench.at(place) for place in range(4)] == [[], [], [trial_id], []]
    assert sorted(bench.actors.replaced) == [0, 1]


def blamed(bench: Bench, error: RayError, times: int = MAX_ATTEMPTS) -> list[Finished]:
    """Let a worker die of its trial so many times."""
    finished: list[Finished] = []
    for _ in range(times):
        bench.actors.die(0, error)
        finished += bench.wait()
        bench.actors.start(0)
        finished += bench.wait()
    return finished


def test_a_trial_of_which_every_worker_dies_is_lost_with_its_attempts() -> None:
    bench = Bench(1)
    first, second = bench.submit(2)
    (lost,) = blamed(bench, ActorDiedError())
    assert (lost.trial.trial_id, lost.outcome.status, lost.attempts) == (first, Status.LOST, 4)
    assert str(lost.outcome.error).startswith("its worker died 4 times, last: The actor died unexpectedly")
    assert lost.outcome.worker == "selfnas/test/worker-0"
    assert bench.at(0) == [second]


def test_deaths_of_workers_that_start_cost_no_attempt() -> None:
    bench = Bench(1)
    bench.submit(1)
    for _ in range(9):
        bench.actors.die(0)
        assert bench.wait() == []
    bench.actors.start(0)
    bench.wait()
    bench.actors.answer(0)
    (finished,) = bench.wait()
    assert finished.attempts == 2


def test_an_error_of_the_worker_itself_is_a_death() -> None:
    bench = Bench(1)
    bench.submit(1)
    bench.actors.fail(0)
    bench.wait()
    assert bench.actors.replaced == [0]
    bench.actors.start(0)
    bench.wait()
    bench.actors.answer(0)
    (finished,) = bench.wait()
    assert finished.attempts == 2


TAKEN_AWAY = ActorDiedError()
TAKEN_AWAY.args = ("the actor's node was terminated expectedly: received SIGTERM",)
TAKEN_AWAY.error_msg = TAKEN_AWAY.args[0]


@pytest.mark.parametrize("error", [None, TAKEN_AWAY], ids=["worker", "machine"])
def test_a_worker_that_is_told_to_go_costs_no_attempt(error: RayError | None) -> None:
    bench = Bench(1)
    bench.submit(1)
    for _ in range(MOST_EXCUSED):
        bench.actors.die(0, error, leaving=error is None)
        bench.actors.start(0)
        assert bench.wait() == []
    bench.actors.answer(0)
    (finished,) = bench.wait()
    assert finished.attempts == 1


def test_a_trial_that_sends_its_own_workers_away_is_lost_all_the_same() -> None:
    bench = Bench(1)
    bench.submit(1)
    finished: list[Finished] = []
    for _ in range(MOST_EXCUSED + MAX_ATTEMPTS):
        assert finished == []
        bench.actors.die(0, leaving=True)
        bench.actors.start(0)
        finished += bench.wait()
    assert [each.outcome.status for each in finished] == [Status.LOST]


def test_memory_that_ran_out_is_said_where_ray_ended_the_worker() -> None:
    bench = Bench(1)
    bench.submit(1)
    (finished,) = blamed(bench, OutOfMemoryError("1 worker(s) were killed"))  # type: ignore[no-untyped-call]
    assert (finished.outcome.status, finished.attempts) == (Status.OUT_OF_MEMORY, 4)
    assert finished.outcome.error == "memory ran out, and so its worker died 4 times, last: 1 worker(s) were killed"


@pytest.mark.parametrize(("after", "status"), [(3, Status.OUT_OF_MEMORY), (2, Status.LOST)])
def test_memory_that_ran_out_is_said_where_the_kernel_ended_the_worker(after: int, status: Status) -> None:
    bench = Bench(2)
    bench.actors.pass_s(0.0, kills=2)
    bench.submit(2)
    for _ in range(MAX_ATTEMPTS - 1):
        bench.actors.die(0)
        bench.actors.start(0)
        bench.wait()
    bench.actors.pass_s(0.0, kills=2)
    bench.wait()
    bench.actors.pass_s(0.0, kills=after)  # as the other worker of the machine says
    bench.actors.die(0)
    assert [each.outcome.status for each in bench.wait()] == [status]


def test_a_place_that_is_closed_costs_no_attempt() -> None:
    bench = Bench(2)
    (trial_id,) = bench.submit(1)
    bench.actors.give_up(0)
    bench.wait()
    assert bench.at(1) == [trial_id]
    bench.actors.answer(1)
    (finished,) = bench.wait()
    assert finished.attempts == 1


def test_a_place_that_is_closed_is_not_staffed_again() -> None:
    bench = Bench(2, TrialRules(care=WorkerCare(memory_bytes=10))).known()
    (slow,) = bench.submit(1)
    bench.actors.pass_s(60.0)
    bench.wait()
    bench.actors.answer(1, resident=11)
    for place in (0, 1):
        bench.actors.give_up(place)
    assert [each.trial.trial_id for each in bench.wait()] == [slow]
    assert bench.actors.replaced == []
    assert bench.pool.state().in_flight == 0


def timed(seconds: float = 10.0) -> TrialRules:
    return TrialRules(seconds)


def test_a_time_out_ends_a_trial_and_its_worker_once_it_is_overrun() -> None:
    bench = Bench(1, timed())
    bench.submit(1)
    bench.actors.pass_s(10.0 + TIMEOUT_GRACE_S - 0.1)
    assert bench.wait() == []
    bench.actors.pass_s(0.1)
    (finished,) = bench.wait()
    assert (finished.outcome.status, finished.attempts) == (Status.TIMED_OUT, 1)
    assert finished.outcome.error == "ran 5 s past its time-out of 10 s; its worker was killed"
    assert bench.actors.replaced == [0]


def test_a_frozen_machine_makes_no_time_out() -> None:
    bench = Bench(2, timed())
    bench.actors.actors[0].beats = False
    (trial_id,) = bench.submit(1)
    bench.actors.pass_s(12.0)
    bench.wait()
    assert bench.at(1) == [trial_id]
    bench.actors.answer(0, Outcome(Status.TIMED_OUT, evaluate_s=12.0))  # it looked at its clock once it went on
    assert bench.wait() == []
    bench.actors.pass_s(1.0)
    bench.actors.answer(1)
    assert [each.outcome.status for each in bench.wait()] == [Status.COMPLETED]


def test_a_frozen_worker_that_overruns_a_time_out_is_replaced_without_a_row() -> None:
    bench = Bench(2, timed())
    bench.actors.actors[0].beats = False
    bench.submit(1)
    bench.actors.pass_s(10.0)
    bench.wait()
    bench.actors.pass_s(5.0)
    assert bench.wait() == []
    assert bench.actors.replaced == [0]
    bench.actors.pass_s(10.0)
    assert [each.outcome.status for each in bench.wait()] == [Status.TIMED_OUT]


def test_short_trials_travel_together_and_no_worker_takes_more_than_its_share() -> None:
    bench = Bench(2).known(seconds=0.01)
    bench.submit(21)
    assert [len(bench.at(place)) for place in (0, 1)] == [10, 5]
    assert bench.actors.actors[0].names == [None]
    alone = Bench(2).known(seconds=0.05)
    alone.submit(20)
    assert [len(alone.at(place)) for place in (0, 1)] == [1, 1]
    assert alone.actors.actors[0].names == [None]
    longer = Bench(2).known(seconds=1.0)
    (number, *_) = longer.submit(20)
    assert longer.actors.actors[0].names == [f"trial {number}"]


def test_without_streams_every_trial_travels_alone() -> None:
    bench = Bench(2, may_stream=False).known(seconds=0.01)
    bench.submit(20)
    assert [len(bench.at(place)) for place in (0, 1)] == [1, 1]


def test_a_dead_worker_repeats_only_what_it_has_not_returned() -> None:
    bench = Bench(2).known(seconds=0.01)
    bench.submit(8)
    given = bench.at(0)
    assert given == [20, 21, 22, 23]
    bench.actors.answer(0)
    bench.actors.die(0)
    assert [each.trial.trial_id for each in bench.wait()] == [20]
    bench.actors.start(0)
    bench.wait()
    assert bench.at(0) == [21]  # alone, as it may have been at fault
    finished: dict[int, int] = {}
    for _ in range(9):
        for place in (0, 1):
            while bench.at(place):
                bench.actors.answer(place)
        finished |= {each.trial.trial_id: each.attempts for each in bench.wait()}
    assert finished == {21: 2} | dict.fromkeys(range(22, 28), 1)


def test_time_outs_are_those_of_single_trials() -> None:
    bench = Bench(1, timed()).known(seconds=0.01)
    bench.submit(5)
    assert len(bench.at(0)) == 5
    bench.actors.pass_s(8.0)
    bench.actors.answer(0)
    bench.wait()
    bench.actors.pass_s(14.0)
    assert bench.wait() == []
    bench.actors.pass_s(1.0)
    assert [(each.trial.trial_id, each.outcome.status) for each in bench.wait()] == [(21, Status.TIMED_OUT)]
    bench.actors.start(0)
    bench.wait()
    assert bench.at(0) == [22, 23, 24]


def test_what_waits_behind_an_overdue_trial_is_not_held_back() -> None:
    bench = Bench(2).known(seconds=0.01)
    bench.submit(8)
    held, others = bench.at(0), bench.at(1)
    bench.actors.pass_s(9.0)
    bench.actors.actors[0].beats = False
    bench.actors.pass_s(10.0)
    for _ in others:
        bench.actors.answer(1)
    bench.wait()
    assert bench.at(1) == [held[0]]
    bench.actors.answer(1)
    bench.wait()
    assert bench.at(1)[:3] == held[1:]


def test_a_worker_that_has_grown_is_replaced_between_two_trials(caplog: pytest.LogCaptureFixture) -> None:
    gib = 2**30
    bench = Bench(1, TrialRules(care=WorkerCare(memory_bytes=4 * gib)))
    bench.submit(3)
    bench.actors.answer(0, resident=4 * gib)
    bench.wait()
    assert bench.actors.replaced == []
    bench.actors.answer(0, resident=5 * gib)
    assert [each.attempts for each in bench.wait()] == [1]
    assert bench.actors.replaced == [0]
    assert "worker-0 holds 5.00 GiB, more than --worker-memory 4.00 GiB" in caplog.text


def test_a_worker_that_has_grown_ends_its_stream_and_the_rest_costs_no_attempt() -> None:
    bench = Bench(1, TrialRules(care=WorkerCare(memory_bytes=10))).known(seconds=0.01)
    bench.submit(4)
    assert bench.at(0) == [20, 21, 22, 23]
    bench.actors.answer(0, resident=11)
    bench.actors.end(0)
    bench.wait()
    assert bench.actors.replaced == [0]
    bench.actors.start(0)
    bench.wait()
    assert bench.at(0) == [21, 22, 23]
    bench.actors.answer(0)
    assert [each.attempts for each in bench.wait()] == [1]


def test_what_has_not_started_is_taken_back_and_what_runs_is_not() -> None:
    bench = Bench(1).known()
    bench.submit(3)
    assert [each.trial_id for each in bench.pool.cancel_queued()] == [21, 22]
    assert bench.pool.cancel_queued() == []
    bench.actors.answer(0)
    assert [each.trial.trial_id for each in bench.wait()] == [20]


def test_an_overdue_trial_that_waits_to_be_run_once_more_has_started() -> None:
    bench = Bench(2).known()
    bench.submit(1)
    bench.actors.pass_s(30.0)
    bench.submit(2)
    bench.actors.pass_s(30.0)
    bench.wait()
    assert [each.trial_id for each in bench.pool.cancel_queued()] == [22]


def test_the_state_of_the_pool_names_the_oldest_trial() -> None:
    bench = Bench(2)
    bench.submit(1)
    bench.actors.pass_s(7.0)
    bench.submit(3)
    state = bench.pool.state()
    assert (state.up, state.wanted, state.queued, state.in_flight, state.idle) == (2, 2, 2, 2, 0)
    assert (state.oldest_trial, state.oldest_s, state.begun_again) == (0, 7.0, 0)
    assert [(one.trial_id, one.seconds) for one in state.running] == [(0, 7.0), (1, 0.0)]
    assert state.running[0].worker == bench.actors.name(0).rpartition("/")[2]
    for place in (0, 1):
        bench.actors.answer(place)
    bench.wait()
    assert bench.pool.state().oldest_trial == 2


@pytest.mark.parametrize(
    ("rules", "end"), [(TrialRules(), "--trial-timeout would end it"), (TrialRules(1e6), "it may run 1e+06 s")]
)
def test_a_stall_is_said_once_and_then_ever_more_rarely(
    rules: TrialRules, end: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    bench = Bench(1, TrialRules(rules.timeout_s, WorkerCare(overdue=0))).known()
    bench.submit(1)
    lines: list[list[str]] = []
    for _ in range(13):
        caplog.clear()
        bench.actors.pass_s(10.0)
        bench.wait()
        lines.append(caplog.messages)
    said = [10 * (count + 1) for count, line in enumerate(lines) if line]
    assert said == [30, 60, 120]
    where = "trial 20 has run 30 s on worker-0 (node node)"
    assert lines[2] == [f"note: no trial has finished for 30 s: {where}; {end}"]


def test_closing_ends_the_workers_and_clears_their_signs_away() -> None:
    bench = Bench(2)
    assert bench.actors.notes.texts
    bench.pool.close()
    assert bench.actors.closed
    assert bench.actors.notes.texts == {}


def test_signs_are_cleared_away_even_where_workers_cannot_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("the cluster does not answer")

    bench = Bench(2)
    monkeypatch.setattr(bench.actors, "close", fail)
    with pytest.raises(RuntimeError, match="does not answer"):
        bench.pool.close()
    assert bench.actors.notes.texts == {}
