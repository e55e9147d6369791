"""Catches: an order of deaths, late answers, frozen and replaced workers in which a trial is lost, returned twice, or
counted as tried more or less often than workers died of it. Nothing runs here: hypothesis says what happens."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evo.engine.pool.deaths import MAX_ATTEMPTS
from evo.engine.pool.durations import LEAST
from evo.engine.pool.trial_pool import TrialRules
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.records.worker_care import WorkerCare
from tests.fake_actors import FakeActors, fine

WORKERS = 3
TRIALS = 12
HAPPENINGS = (
    "submit",
    "start",
    "start",
    "answer",
    "answer",
    "answer",
    "die",
    "leave",
    "fail",
    "freeze",
    "thaw",
    "pass",
)


def _trial(number: int) -> Trial:
    text = f"{number:010b}"
    return Trial(number, None, text, text, text, seed=0)


class Story:
    """A pool, and what has happened to its trials so far."""

    def __init__(self, rules: TrialRules, *, may_stream: bool) -> None:
        self.actors = FakeActors(WORKERS, may_stream=may_stream)
        self.pool = self.actors.pool(rules)
        for number in range(LEAST):  # so that it is known that trials are short
            self.pool._durations.add(_trial(number), fine(""))
        self.submitted = 0
        self.deaths: Counter[str] = Counter()
        self.returned: dict[int, Finished] = {}

    def submit(self) -> None:
        if self.submitted < TRIALS:
            self.pool.submit(_trial(self.submitted))
            self.submitted += 1

    def happen(self, what: str, place: int) -> None:
        actor = self.actors.actors[place]
        busy = actor.up and bool(actor.asked)
        match what:
            case "submit":
                self.submit()
            case "start" if not actor.up:
                self.actors.start(place)
            case "answer" if busy:
                self.actors.answer(place)
            case "die" | "fail" if busy:
                self.deaths[actor.asked[0]] += 1
                self.actors.die(place) if what == "die" else self.actors.fail(place)
            case "die":
                self.actors.die(place)
            case "leave" if actor.up:
                self.actors.die(place, leaving=True)
            case "freeze" | "thaw":
                actor.beats = what == "thaw"
            case "pass":
                self.actors.pass_s(20.0)
        self.look()

    def look(self) -> None:
        """Take what is returned: nothing twice, and nobody waits for a worker that is late."""
        for finished in self.pool.wait(0.0):
            assert finished.trial.trial_id not in self.returned
            self.returned[finished.trial.trial_id] = finished
        assigned = self.pool._assigned
        prompt = {job for batch in assigned.batches.values() if not batch.late for job in batch.jobs}
        for job in assigned.in_hands:
            assert job.waits or job in prompt

    def end(self) -> None:
        """Let all workers be well from now on, until everything is returned."""
        while self.submitted < TRIALS:
            self.submit()
        for _ in range(10 * TRIALS):
            for place, actor in self.actors.actors.items():
                actor.beats = True
                if not actor.up:
                    self.actors.start(place)
                elif actor.asked:
                    self.actors.answer(place)
            self.actors.pass_s(0.1)
            self.look()


def told(story: Story, happenings: list[tuple[str, int]]) -> Story:
    for what, place in happenings:
        story.happen(what, place)
    story.end()
    return story


HAPPENED = st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, WORKERS - 1)), max_size=80)
RULES = st.builds(
    TrialRules, st.sampled_from([None, 25.0]), st.builds(WorkerCare, st.sampled_from([0.0, 20.0]), st.just(None))
)


@given(HAPPENED, RULES, st.booleans())
def test_every_trial_is_returned_once_with_what_an_undisturbed_one_is(
    happenings: list[tuple[str, int]], rules: TrialRules, may_stream: bool
) -> None:
    story = told(Story(rules, may_stream=may_stream), happenings)
    assert sorted(story.returned) == list(range(TRIALS))
    assert story.pool.state().in_flight == story.pool.state().queued == 0
    for finished in story.returned.values():
        assert 1 <= finished.attempts <= min(MAX_ATTEMPTS, story.deaths[finished.trial.text] + 1)
        if finished.outcome.status is Status.COMPLETED:
            assert finished.outcome == fine(finished.trial.text)
        elif finished.outcome.status is Status.LOST:
            assert finished.attempts == MAX_ATTEMPTS <= story.deaths[finished.trial.text]
        else:
            assert (finished.outcome.status, rules.timeout_s) == (Status.TIMED_OUT, 25.0)


@given(HAPPENED, st.booleans())
def test_attempts_are_the_workers_that_died_of_a_trial_and_the_one_that_did_not(
    happenings: list[tuple[str, int]], may_stream: bool
) -> None:
    story = told(Story(TrialRules(care=WorkerCare(overdue=0.0)), may_stream=may_stream), happenings)
    for finished in story.returned.values():
        assert finished.attempts == min(MAX_ATTEMPTS, story.deaths[finished.trial.text] + 1)
        assert (finished.outcome.status is Status.LOST) == (story.deaths[finished.trial.text] >= MAX_ATTEMPTS)


@given(HAPPENED, st.booleans())
def test_what_is_taken_back_never_comes_later(happenings: list[tuple[str, int]], may_stream: bool) -> None:
    story = Story(TrialRules(25.0), may_stream=may_stream)
    for what, place in happenings:
        story.happen(what, place)
        if (what, place) == ("thaw", 0):
            for cancelled in story.pool.cancel_queued():
                assert cancelled.trial_id not in story.returned
                story.returned[cancelled.trial_id] = Finished(cancelled, Outcome(Status.LOST))
    story.end()
    assert sorted(story.returned) == list(range(TRIALS))
