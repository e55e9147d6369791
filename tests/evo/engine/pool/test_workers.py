"""Catches: a dead worker that costs a trial, its seed or its place, a trial that kills for ever, one that hangs for
ever, a broken configuration that is taken for bad candidates. On a real Ray of this machine."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import ray

from evo.engine.ending import Ending
from evo.engine.evaluator import Evaluator
from evo.engine.fits import Fits
from evo.engine.history import History
from evo.engine.inline_fits import InlineFits
from evo.engine.observer import LiveRun
from evo.engine.plugins import build_strategy
from evo.engine.pool import trial_pool
from evo.engine.pool.deaths import MAX_ATTEMPTS
from evo.engine.pool.workers import RayWorkers
from evo.engine.screens import Screens
from evo.engine.search import Search, SearchParts
from evo.records.config import Choice, Limits, SearchConfig
from evo.records.failures import WorkerStartError
from evo.records.resources import Resources
from evo.records.trial import Finished, Status, Trial
from evo.storage.run_log import RunLog
from fitness import Score
from fitness.reference import Reference, ScoredSample
from tests.runs import rows, toy_config
from tests.toy import BitStrings

FINE, MARKED = "0111111111", "1100000000"
PATIENCE_S = 300.0
Start = Callable[..., RayWorkers]


@pytest.fixture
def start(ray_cluster: None) -> Iterator[Start]:
    """Return a function that starts workers, which are killed after the test."""
    started: list[RayWorkers] = []

    def begin(config: SearchConfig, workers: int = 1, timeout_s: float | None = None) -> RayWorkers:
        started.append(RayWorkers(config, "test", Resources(workers, 0.0), timeout_s=timeout_s))
        return started[-1]

    yield begin
    for pool in started:
        pool.close()


def trial(number: int, text: str) -> Trial:
    return Trial(number, None, BitStrings().decode(text), text, text, seed=number)


def evaluate(pool: RayWorkers, *texts: str) -> list[Finished]:
    """Return what became of one trial per text, in their order."""
    for number, text in enumerate(texts):
        pool.submit(trial(number, text))
    finished: list[Finished] = []
    give_up = time.monotonic() + PATIENCE_S
    while len(finished) < len(texts):
        assert time.monotonic() < give_up, f"only {len(finished)} of {len(texts)} trials ended"
        finished += pool.wait(0.2)
    return sorted(finished, key=lambda each: each.trial.trial_id)


def process_of(pool: RayWorkers) -> int:
    """Return the process of the first worker."""
    return int(ray.get(pool._pool._actors._places[0].actor.ready.remote()).pid)


def test_workers_say_what_the_evaluator_says_here(start: Start) -> None:
    config = toy_config("RaisesForSome")
    found = evaluate(start(config, workers=2), FINE, MARKED, "0000000000")
    here = Evaluator(config)
    for each in found:
        expected = here.evaluate(each.trial.text, each.trial.seed)
        outcome = each.outcome
        assert (outcome.status, outcome.fitness, outcome.metrics) == (
            expected.status,
            expected.fitness,
            expected.metrics,
        )
        assert each.attempts == 1
        assert str(outcome.worker).startswith("selfnas/test/worker-")
        assert each.queued_s is not None
        assert each.queued_s >= 0
    assert [each.outcome.status for each in found] == ["completed", "failed", "completed"]


def test_a_trials_threshold_reaches_its_worker_at_every_attempt(start: Start, tmp_path: Path) -> None:
    pool = start(toy_config("AbandonsBelow"))
    for threshold in (None, 3.0, 20.0):
        pool.submit(replace(trial(0, FINE), threshold=threshold))
    found: list[Finished] = []
    while len(found) < 3:
        found += pool.wait(0.2)
    assert [each.outcome.status for each in found] == ["completed", "completed", "abandoned"]
    assert found[2].outcome.fitness is None
    assert found[2].outcome.metrics["bound"] < 20.0


@pytest.mark.slow
def test_a_reference_reaches_every_worker_one_in_the_place_of_a_dead_one_too(ray_cluster: None, tmp_path: Path) -> None:
    scores = np.array([1.0, 3.0])
    drawn = ScoredSample(("0" * 10, "1" * 10), {"tests.toy:CountOnes": scores}, scores, scores)
    choice = Choice("tests.tiny_reference:DiesOnce", {"folder": str(tmp_path)})
    config, reference = replace(toy_config(), fitness=choice), Reference(drawn, drawn)
    pool = RayWorkers(config, "test", Resources(1, 0.0), reference=reference)
    try:
        first, second = evaluate(pool, FINE, "0000000000")
    finally:
        pool.close()
    assert (first.attempts, second.attempts) == (2, 1)
    assert first.outcome.fitness == pytest.approx(9.0 - 2.0, abs=0.1)
    assert second.outcome.fitness == pytest.approx(-2.0, abs=0.1)


class Constant:
    """A fitness that no configuration names."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self, candidate: object, context: object) -> Score:
        return Score(self.value)


class Loud:
    """A fitness that prints."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self, candidate: object, context: object) -> Score:
        print(self.words, end="")
        return Score(1.0)


def test_an_object_of_the_callers_own_reaches_the_workers(ray_cluster: None) -> None:
    pool = RayWorkers(toy_config(), "test", Resources(1, 0.0), objects={"fitness": Constant(7.5)})
    try:
        assert [each.outcome.fitness for each in evaluate(pool, FINE, MARKED)] == [7.5, 7.5]
    finally:
        pool.close()


@pytest.mark.slow
def test_what_a_plug_in_prints_goes_to_a_file_which_is_there_only_then(ray_cluster: None, tmp_path: Path) -> None:
    for fitness, expected in ((Loud("heard\n"), "heard\nheard\n"), (Constant(1.0), None)):
        output = tmp_path / f"{type(fitness).__name__}.log"
        pool = RayWorkers(toy_config(), "test", Resources(1, 0.0), objects={"fitness": fitness}, output=output)
        try:
            assert [each.outcome.fitness for each in evaluate(pool, FINE, MARKED)] == [1.0, 1.0]
        finally:
            pool.close()
        assert (output.read_text() if output.exists() else None) == expected


def test_a_worker_that_dies_in_a_trial_changes_nothing_but_the_attempts(start: Start, tmp_path: Path) -> None:
    config = toy_config("KillsWorker", folder=str(tmp_path))
    killed, untouched = evaluate(start(config), MARKED, FINE)
    expected = Evaluator(toy_config("CountOnes")).evaluate(MARKED, 0)
    assert (killed.outcome.status, killed.outcome.fitness) == (Status.COMPLETED, expected.fitness)
    assert (killed.attempts, untouched.attempts) == (2, 1)


@pytest.mark.slow
def test_a_candidate_that_kills_every_worker_is_lost_and_the_others_go_on(start: Start, tmp_path: Path) -> None:
    config = toy_config("KillsWorker", folder=str(tmp_path), always=True)
    lost, fine = evaluate(start(config), MARKED, FINE)
    assert (lost.outcome.status, lost.outcome.fitness, lost.attempts) == (Status.LOST, None, MAX_ATTEMPTS)
    assert "its worker died 4 times" in str(lost.outcome.error)
    assert fine.outcome.status is Status.COMPLETED


def test_a_candidate_that_hangs_is_killed_after_its_time_out_and_the_pool_goes_on(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_pool, "TIMEOUT_GRACE_S", 0.2)
    hung, fine = evaluate(start(toy_config("Hangs"), timeout_s=1.0), MARKED, FINE)
    assert (hung.outcome.status, hung.outcome.fitness, hung.attempts) == (Status.TIMED_OUT, None, 1)
    assert "time-out of 1 s; its worker was killed" in str(hung.outcome.error)
    assert fine.outcome.status is Status.COMPLETED


def test_a_candidate_that_looks_at_its_deadline_costs_no_worker(start: Start) -> None:
    late, fine = evaluate(start(toy_config("Hangs", polite=True), timeout_s=0.2), MARKED, FINE)
    assert late.outcome.status is Status.TIMED_OUT
    assert late.outcome.worker == fine.outcome.worker
    assert late.outcome.device  # from the worker itself


@pytest.mark.slow
def test_an_idle_worker_that_is_killed_is_replaced(start: Start) -> None:
    pool = start(toy_config())
    (first,) = evaluate(pool, FINE)
    os.kill(process_of(pool), signal.SIGKILL)
    (second,) = evaluate(pool, FINE)
    assert second.outcome.fitness == first.outcome.fitness


def test_a_worker_that_is_told_to_go_costs_its_trials_nothing(start: Start) -> None:
    pool = start(toy_config(sleep_s=0.02))
    evaluate(pool, *[FINE] * 25)  # so many that it is known that they are short
    process = process_of(pool)
    for number in range(30):
        pool.submit(trial(number, FINE))
    found = [*pool.wait(5.0)]
    assert pool.state().in_flight > 1  # several travel together
    os.kill(process, signal.SIGTERM)
    give_up = time.monotonic() + PATIENCE_S
    while len(found) < 30 and time.monotonic() < give_up:
        found += pool.wait(0.2)
    assert sorted(each.trial.trial_id for each in found) == list(range(30))
    assert {(each.attempts, each.outcome.status) for each in found} == {(1, Status.COMPLETED)}
    assert pool.state().begun_again == 1


def test_a_configuration_that_no_worker_can_build_stops_the_run(start: Start) -> None:
    broken = replace(toy_config(), fitness=Choice("tests.toy:CountOnes", {"noise": "loud"}))
    pool = start(broken)
    pool.submit(trial(0, FINE))
    with pytest.raises(WorkerStartError, match="cannot start"):
        evaluate(pool, FINE)


@pytest.mark.slow
def test_an_interrupt_inside_a_candidate_costs_that_candidate_alone(start: Start) -> None:
    pool = start(toy_config("InterruptsItself"))
    (marked,) = evaluate(pool, MARKED)
    assert (marked.outcome.status, marked.attempts) == (Status.LOST, MAX_ATTEMPTS)
    (fine,) = evaluate(pool, FINE)
    assert fine.outcome.status == Status.COMPLETED


def test_what_has_not_started_can_be_taken_back(start: Start) -> None:
    pool = start(toy_config(sleep_s=0.3))
    for number in range(4):
        pool.submit(trial(number, FINE))
    state = pool.state()
    assert (state.wanted, state.queued + state.in_flight) == (1, 4)
    while not pool.state().in_flight:  # it starts
        pool.wait(0.1)
    state = pool.state()
    assert (state.up, state.queued, state.in_flight, state.idle, state.oldest_trial) == (1, 3, 1, 0, 0)
    assert [(one.trial_id, one.worker) for one in state.running] == [(0, "worker-0")]
    cancelled = [each.trial_id for each in pool.cancel_queued()]
    assert cancelled == list(range(4))[-len(cancelled) :]
    assert pool.cancel_queued() == []
    finished: list[int] = []
    give_up = time.monotonic() + PATIENCE_S
    while len(finished) + len(cancelled) < 4:
        assert time.monotonic() < give_up
        finished += [each.trial.trial_id for each in pool.wait(0.2)]
    assert sorted(finished + cancelled) == [0, 1, 2, 3]


@pytest.mark.slow
def test_a_whole_search_among_dying_workers_gives_the_rows_of_one_without(start: Start, tmp_path: Path) -> None:
    def search(name: str, config: SearchConfig, pool: RayWorkers) -> list[dict[str, object]]:
        (tmp_path / name).mkdir()
        space = BitStrings()
        parts = SearchParts(
            live=LiveRun(tmp_path / name, 12),
            space=space,
            key_of=space.encode,
            strategy=build_strategy(config, space),
            workers=pool,
            fits=Fits(tmp_path / name, config.space, InlineFits(space)),
            screens=Screens(tmp_path / name, space, space.encode, config.seed),
            log=RunLog(tmp_path / name),
            history=History(tmp_path / name),
            describe=lambda text: None,
        )
        assert Search(parts, config, Limits(12)).run() is Ending.FINISHED
        pool.close()  # the other search needs its CPUs
        return rows(tmp_path / name)

    notes = tmp_path / "notes"
    notes.mkdir()
    deadly, calm = toy_config("KillsWorker", folder=str(notes)), toy_config("CountOnes")
    found = search("deadly", deadly, start(deadly, workers=2))
    assert found == search("calm", calm, start(calm, workers=1))
    assert {row["attempts"] for row in rows(tmp_path / "deadly", ["attempts"])} >= {1, 2}
    assert list(notes.iterdir())
