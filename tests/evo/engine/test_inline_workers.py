"""Catches: rows that differ from those of a pool, a trial that is scored out of its turn or twice, a time-out that is
not kept where it can be."""

from pathlib import Path
from typing import Any

from evo.engine.ending import Ending
from evo.engine.evaluator import Evaluator
from evo.engine.inline_workers import InlineWorkers
from evo.records.config import Limits
from evo.records.pool_state import PoolState
from evo.records.trial import Outcome, Status, Trial
from evo.strategies.regularized_evolution import RegularizedEvolution
from tests.runs import FakePool, rows, search_here, toy_config
from tests.toy import BitStrings, CountOnes

FINE, MARKED = "0111111111", "1100000000"
CONFIG = toy_config("AbandonsBelow")


def trial(number: int, text: str, threshold: float | None = None) -> Trial:
    return Trial(number, None, BitStrings().decode(text), text, text, seed=number, threshold=threshold)


def search(run_dir: Path, pool: Any) -> list[dict[str, Any]]:
    strategy = RegularizedEvolution(population=5, tournament=2)
    assert search_here(run_dir, strategy, pool, config=CONFIG, limits=Limits(25)) is Ending.FINISHED
    return rows(run_dir)


def test_the_rows_are_those_of_a_pool(tmp_path: Path) -> None:
    here = Evaluator(CONFIG)

    def evaluate(trial: Trial) -> Outcome:
        return here.evaluate(trial.text, trial.seed, None, trial.threshold)

    found = search(tmp_path / "inline", InlineWorkers(CONFIG))
    assert found == search(tmp_path / "pool", FakePool(3, evaluate=evaluate))
    assert {row["status"] for row in found} == {"completed", "abandoned"}


def test_trials_are_scored_one_by_one_in_their_order() -> None:
    pool = InlineWorkers(toy_config("RaisesForSome"))
    assert pool.wait(0.0) == []
    for number, text in enumerate((FINE, MARKED, FINE)):
        pool.submit(trial(number, text))
    ((first,), (second,)) = pool.wait(0.0), pool.wait(0.0)
    assert (first.trial.trial_id, first.outcome.status, first.attempts) == (0, "completed", 1)
    assert (second.trial.trial_id, second.outcome.status, second.outcome.worker) == (1, "failed", "local")
    assert [each.trial_id for each in pool.cancel_queued()] == [2]
    assert pool.wait(0.0) == []
    pool.close()


def test_a_threshold_reaches_the_fitness() -> None:
    pool = InlineWorkers(CONFIG)
    pool.submit(trial(0, FINE, threshold=20.0))
    (found,) = pool.wait(0.0)
    assert found.outcome.status is Status.ABANDONED


def test_a_time_out_is_kept_by_a_fitness_that_looks_at_the_clock() -> None:
    pool = InlineWorkers(toy_config("Hangs", polite=True), timeout_s=0.05)
    pool.submit(trial(0, MARKED))
    pool.submit(trial(1, FINE))
    (late,), (fine,) = pool.wait(0.0), pool.wait(0.0)
    assert (late.outcome.status, fine.outcome.status) == (Status.TIMED_OUT, Status.COMPLETED)


def test_an_object_of_the_callers_own_scores() -> None:
    pool = InlineWorkers(toy_config(noise=1.0), objects={"fitness": CountOnes(noise=0.0)})
    pool.submit(trial(0, FINE))
    assert pool.wait(0.0)[0].outcome.fitness == 9.0


def test_it_has_no_workers_to_speak_of() -> None:
    pool = InlineWorkers(CONFIG)
    pool.submit(trial(0, FINE))
    assert pool.state() == PoolState()
