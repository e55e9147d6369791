"""In which order a search tells, and what runs ahead of that. Catches: rows that depend on when trials finish although
they are told by expected finish; a search told as trials finish that is not taken up exactly; a first population that
waits for tells, or changes by not waiting; more trials under way than memory should hold."""

import random
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.engine import search as search_module
from evo.engine.ending import Ending
from evo.records.config import Limits, SearchConfig
from evo.records.tell_order import TellOrder
from evo.records.trial import Evaluation, Proposal, Trial
from evo.strategies.base import SearchStrategy
from evo.strategies.random_search import RandomSearch
from evo.strategies.regularized_evolution import RegularizedEvolution
from tests.runs import FakePool, interrupt_after, rows, search_here, toy_config
from tests.toy import BitStrings

TRIALS = 40
ORDERS = st.integers(0, 2**32).map(random.Random)
LOGGED = ["trial_id", "parent_id", "candidate", "status", "fitness", "seed", "reused", "error"]


class Evolution(RegularizedEvolution):
    """Evolution of a small population; keeps what it was told of, and how much it had been told when it was asked."""

    def __init__(self, population: int = 5, tournament: int = 2) -> None:
        super().__init__(population=population, tournament=tournament)
        self.told: list[int] = []
        self.known: list[int] = []

    def ask(self, rng: np.random.Generator) -> Proposal:
        self.known.append(len(self.told))
        return super().ask(rng)

    def tell(self, evaluation: Evaluation) -> None:
        self.told.append(evaluation.trial_id)
        super().tell(evaluation)


class Waits(Evolution):
    """The same, but it does not say that its first population needs no telling."""

    def needs_telling(self) -> bool:
        return True


def config_of(order: TellOrder, ahead: int = 6) -> SearchConfig:
    return replace(toy_config(ahead=ahead), tell_order=order)


def search(
    run_dir: Path,
    pool: FakePool,
    strategy: SearchStrategy,
    order: TellOrder = TellOrder.TRIAL,
    *,
    ahead: int = 6,
    trials: int = TRIALS,
) -> Ending:
    config = config_of(order, ahead)
    return search_here(run_dir, strategy, pool, config=config, limits=Limits(trials), space=BitStrings(length=6))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Evolution]:
    run_dir, strategy = tmp_path_factory.mktemp("expected"), Evolution()
    assert search(run_dir, FakePool(), strategy, TellOrder.EXPECTED) is Ending.FINISHED
    return run_dir, strategy


def test_large_networks_are_overtaken_and_rows_differ_from_those_told_by_number(
    expected: tuple[Path, Evolution], tmp_path: Path
) -> None:
    run_dir, strategy = expected
    assert sorted(strategy.told) == list(range(TRIALS)) != strategy.told
    search(tmp_path, FakePool(), Evolution())
    assert rows(tmp_path, LOGGED) != rows(run_dir, LOGGED)
    assert {row["reused"] for row in rows(run_dir, LOGGED)} == {True, False}


@settings(max_examples=30)
@given(workers=st.integers(1, 9), order=ORDERS)
def test_told_by_expected_finish_no_worker_has_a_say(
    expected: tuple[Path, Evolution], workers: int, order: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        strategy = Evolution()
        assert search(Path(folder), FakePool(workers, order), strategy, TellOrder.EXPECTED) is Ending.FINISHED
        assert rows(Path(folder), LOGGED) == rows(expected[0], LOGGED)
        assert strategy.told == expected[1].told


@pytest.mark.parametrize("order", TellOrder)
def test_a_search_that_was_interrupted_is_taken_up_as_if_it_had_not_been(
    order: TellOrder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told before the interrupt is told again in that order; the finished log replays to the same tells."""
    first, second, third = Evolution(), Evolution(), Evolution()
    with monkeypatch.context() as patched:
        interrupt_after(17, patched)
        with pytest.raises(KeyboardInterrupt):
            search(tmp_path, FakePool(4, random.Random(1)), first, order)
    pool = FakePool(3, random.Random(2))
    assert search(tmp_path, pool, second, order) is Ending.FINISHED
    assert first.told
    assert second.told[: len(first.told)] == first.told
    logged = rows(tmp_path, LOGGED)
    assert [row["trial_id"] for row in logged] == list(range(TRIALS))
    idle = FakePool()
    assert search(tmp_path, idle, third, order) is Ending.FINISHED
    assert (third.told, third.known) == (second.told, second.known)
    assert not idle.evaluated
    assert rows(tmp_path, LOGGED) == logged


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32), stop=st.integers(1, TRIALS - 1))
def test_told_as_they_finish_a_search_can_be_asked_for_more(seed: int, stop: int) -> None:
    """It proposes what it had proposed, and scores none of it again."""
    order = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        search(Path(folder), FakePool(4, order), Evolution(), TellOrder.COMPLETION, trials=stop)
        before, pool, strategy = rows(Path(folder), LOGGED), FakePool(4, order), Evolution()
        search(Path(folder), pool, strategy, TellOrder.COMPLETION)
        assert rows(Path(folder), LOGGED)[:stop] == before
        assert all(trial.trial_id >= stop for trial in pool.evaluated)
        assert sorted(strategy.told) == list(range(TRIALS))


def test_told_as_they_finish_is_in_the_order_in_which_the_pool_hands_them_back(tmp_path: Path) -> None:
    pool, strategy = FakePool(5, random.Random(4)), Evolution()
    config = replace(config_of(TellOrder.COMPLETION), reuse=False)
    search_here(tmp_path, strategy, pool, config=config, limits=Limits(TRIALS), space=BitStrings(length=6))
    assert strategy.told == [trial.trial_id for trial in pool.evaluated] != sorted(strategy.told)


@pytest.mark.parametrize("ahead", [1, 2, 7])
@pytest.mark.parametrize("order", [TellOrder.TRIAL, TellOrder.EXPECTED])
def test_a_first_population_runs_ahead_and_the_others_wait_for_tells(
    order: TellOrder, ahead: int, tmp_path: Path
) -> None:
    """More of them while trials of outsized networks are open, which take places of the look-ahead."""
    strategy = Evolution()
    search(tmp_path, FakePool(2), strategy, order, ahead=ahead)
    by_number = [0] * 5 + [max(0, number - ahead + 1) for number in range(5, TRIALS)]
    assert all(known >= least for known, least in zip(strategy.known, by_number, strict=True))
    assert (strategy.known == by_number) is (order is TellOrder.TRIAL or ahead == 1)
    assert max(np.subtract(strategy.known, by_number)) <= ahead - 1


@pytest.mark.parametrize("ahead", [1, 2, 7])
def test_rows_are_those_of_a_first_population_that_waits(ahead: int, tmp_path: Path) -> None:
    search(tmp_path / "free", FakePool(3, random.Random(ahead)), Evolution(), ahead=ahead)
    waits = Waits()
    search(tmp_path / "waits", FakePool(), waits, ahead=ahead)
    assert waits.known[:5] == [max(0, number - ahead + 1) for number in range(5)]
    assert rows(tmp_path / "free", LOGGED) == rows(tmp_path / "waits", LOGGED)


class Counting(FakePool):
    """Counts how many trials it holds at once, and how often it is waited for."""

    most, waits = 0, 0

    def submit(self, trial: Trial) -> None:
        super().submit(trial)
        self.most = max(self.most, len(self._queue) + len(self._running))

    def wait(self, timeout_s: float):  # type: ignore[no-untyped-def]
        self.waits += timeout_s == 0.0
        return super().wait(timeout_s)


def test_no_more_than_memory_should_hold_run_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "MOST_FREE", 9)
    for ahead, most in ((1, 9), (20, 20)):
        pool, config = Counting(2, random.Random(3)), replace(config_of(TellOrder.TRIAL, ahead), reuse=False)
        search_here(tmp_path / f"{ahead}", RandomSearch(), pool, config=config, limits=Limits(TRIALS))
        assert pool.most == most
    assert rows(tmp_path / "1", LOGGED) == rows(tmp_path / "20", LOGGED)


@pytest.mark.parametrize("order", TellOrder)
def test_finished_trials_are_taken_in_between_proposals_that_take_long(
    order: TellOrder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are the same: nothing is told before all that needs no telling is proposed."""
    whole, strategy = Evolution(population=20), Evolution(population=20)
    search(tmp_path / "at once", FakePool(1), whole, order, ahead=2)
    monkeypatch.setattr(search_module, "BURST_S", -1.0)
    pool = Counting(1)
    search(tmp_path / "one by one", pool, strategy, order, ahead=2)
    assert pool.waits > 15
    assert strategy.known == whole.known
    assert (strategy.told == whole.told) or order is TellOrder.COMPLETION
    assert rows(tmp_path / "one by one", LOGGED) == rows(tmp_path / "at once", LOGGED)
