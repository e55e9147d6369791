"""Catches: rows that depend on the order in which workers finish or on when a run was killed, a score computed twice
or reused wrongly, a search that never ends, work lost at a time limit, a failure that becomes a parent, a threshold
that is not the one its trial was proposed with."""

import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.engine import search as search_module
from evo.engine.ending import Ending
from evo.engine.observer import LiveRun, Observer
from evo.records.config import Limits, SearchConfig
from evo.records.failures import ReplayError
from evo.records.trial import Finished, Outcome, Proposal, Status, Trial
from evo.storage.parquet_part import LogPart
from evo.storage.run_log import SCHEMA, RunLog
from evo.strategies.base import SearchStrategy
from evo.strategies.regularized_evolution import RegularizedEvolution
from tests.runs import COMPARED, FakePool, Row, rows, search_here, toy_config, toy_outcome
from tests.toy import Bits, BitStrings, MirroredBitStrings, Scripted, Waves

EVALUATIONS = 40
ORDERS = st.integers(0, 2**32).map(random.Random)
LENGTH = 6  # short, so that candidates repeat
SOONER = ["trial_id", *COMPARED[1:], "key", "reused", "metrics", "error"]


def small_space() -> BitStrings:
    return BitStrings(length=LENGTH)


def evolution(space: BitStrings) -> RegularizedEvolution:
    strategy = RegularizedEvolution(population=5, tournament=2)
    strategy.begin(space)
    return strategy


def search(
    run_dir: Path,
    pool: FakePool | None = None,
    strategy: SearchStrategy | None = None,
    *,
    config: SearchConfig | None = None,
    limits: Limits | None = None,
    space: BitStrings | None = None,
) -> Ending:
    space = space or small_space()
    return search_here(
        run_dir,
        strategy or evolution(space),
        pool or FakePool(),
        config=config or toy_config(),
        limits=limits or Limits(EVALUATIONS),
        space=space,
    )


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run_dir = tmp_path_factory.mktemp("unbroken")
    assert search(run_dir) is Ending.FINISHED
    return run_dir


def test_a_search_logs_every_trial_once_in_numbers_without_gaps(unbroken: Path) -> None:
    assert [row["trial_id"] for row in rows(unbroken)] == list(range(EVALUATIONS))


def test_the_searched_example_has_every_kind_of_row(unbroken: Path) -> None:
    """Otherwise the tests below would compare less than they say."""
    found = rows(unbroken, SOONER)
    assert {row["status"] for row in found} == {"completed", "failed", "abandoned"}
    assert {row["reused"] for row in found} == {True, False}
    assert sum(row["parent_id"] is not None for row in found) > EVALUATIONS / 2


@settings(max_examples=40)
@given(workers=st.integers(1, 9), order=ORDERS)
def test_any_number_of_workers_and_any_order_of_finishing_give_the_same_rows(
    unbroken: Path, workers: int, order: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert search(Path(folder), FakePool(workers, order)) is Ending.FINISHED
        assert rows(Path(folder), SOONER) == rows(unbroken, SOONER)


@settings(max_examples=40)
@given(workers=st.integers(1, 9), order=ORDERS)
def test_a_strategy_that_waits_gives_the_same_rows_too(workers: int, order: random.Random) -> None:
    def run(folder: str, pool: FakePool) -> list[Row]:
        search(Path(folder), pool, Waves(size=7), limits=Limits(30), config=toy_config(ahead=4))
        return rows(Path(folder))

    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        assert run(first, FakePool()) == run(second, FakePool(workers, order))


@settings(max_examples=40)
@given(kept=st.sets(st.integers(0, EVALUATIONS - 1)), workers=st.integers(1, 4), order=ORDERS)
def test_a_log_of_any_trials_is_completed_to_the_same_rows(
    unbroken: Path, kept: set[int], workers: int, order: random.Random
) -> None:
    full = [row for row in rows(unbroken, SCHEMA.names) if row["trial_id"] in kept]
    with tempfile.TemporaryDirectory() as folder:
        RunLog(Path(folder))
        part = LogPart(Path(folder) / "evaluations" / "part-00000.parquet", SCHEMA)
        for row in full:
            part.append(row)
        part.write()
        pool = FakePool(workers, order)
        assert search(Path(folder), pool) is Ending.FINISHED
        assert rows(Path(folder), SOONER) == rows(unbroken, SOONER)
    assert kept.isdisjoint(trial.trial_id for trial in pool.evaluated)


@pytest.mark.parametrize("stop", [1, 7, 25])
def test_a_search_asked_for_more_continues_as_if_it_had_been_asked_at_once(
    unbroken: Path, tmp_path: Path, stop: int
) -> None:
    search(tmp_path, limits=Limits(stop))
    assert [row["trial_id"] for row in rows(tmp_path)] == list(range(stop))
    pool = FakePool(3)
    search(tmp_path, pool)
    assert rows(tmp_path) == rows(unbroken)
    assert min(trial.trial_id for trial in pool.evaluated) >= stop


def test_another_seed_gives_other_trials_and_other_seeds(unbroken: Path, tmp_path: Path) -> None:
    search(tmp_path, config=toy_config(seed=1))
    first, second = rows(unbroken), rows(tmp_path)
    assert [row["candidate"] for row in first] != [row["candidate"] for row in second]
    assert {row["seed"] for row in first}.isdisjoint(row["seed"] for row in second)


@pytest.mark.parametrize("ahead", [1, 2, 5])
def test_a_trial_is_proposed_once_all_but_the_last_ahead_are_told(tmp_path: Path, ahead: int) -> None:
    class Witness(Waves):
        def __init__(self) -> None:
            super().__init__(size=1_000)
            self.known: list[int] = []

        def ask(self, rng: object) -> Proposal | None:
            self.known.append(len(self.told))
            return super().ask(rng)  # type: ignore[arg-type]

    witness = Witness()
    search(tmp_path, FakePool(3, random.Random(5)), witness, config=toy_config(ahead=ahead), limits=Limits(12))
    assert witness.known == [max(0, number - ahead + 1) for number in range(12)]
    assert [evaluation.trial_id for evaluation in witness.told] == list(range(12))


def test_equal_candidates_are_scored_once_and_the_copies_say_so(tmp_path: Path) -> None:
    space, a, b = small_space(), (0, 1, 0, 0, 0, 0), (1, 1, 0, 0, 0, 1)  # b fails
    pool, strategy = FakePool(2), Scripted([a, a, b, a, b])
    assert search(tmp_path, pool, strategy) is Ending.EXHAUSTED
    found = rows(
        tmp_path, ["trial_id", "candidate", "status", "fitness", "seed", "reused", "attempts", "error", "params"]
    )
    assert sorted(trial.trial_id for trial in pool.evaluated) == [0, 2]
    assert [row["reused"] for row in found] == [False, True, False, True, True]
    assert [row["attempts"] for row in found] == [1, 0, 1, 0, 0]
    assert len({(row["fitness"], row["seed"]) for row in found if row["candidate"] == space.encode(a)}) == 1
    assert found[1]["params"] == int("010000", 2)  # its own, counted where it is reused
    assert found[4]["error"].startswith("as trial 2: Traceback")
    assert [evaluation.fitness for evaluation in strategy.told] == [row["fitness"] for row in found]


def test_equal_means_equal_key_and_each_row_keeps_its_own_text(tmp_path: Path) -> None:
    pool = FakePool()
    mirrored: list[Bits] = [(0, 0, 1), (1, 0, 0)]
    search(tmp_path, pool, Scripted(mirrored), space=MirroredBitStrings(length=3))
    found = rows(tmp_path, ["candidate", "key", "fitness", "seed", "params"])
    assert [trial.text for trial in pool.evaluated] == ["001"]
    assert [(row["candidate"], row["key"], row["params"]) for row in found] == [("001", "001", None), ("100", "001", 4)]
    assert len({(row["fitness"], row["seed"]) for row in found}) == 1


def test_without_reuse_every_trial_is_evaluated(tmp_path: Path) -> None:
    pool = FakePool()
    search(tmp_path, pool, Scripted([(0, 0, 1)] * 3), config=toy_config(reuse=False), space=BitStrings(length=3))
    assert len(pool.evaluated) == 3
    assert [row["reused"] for row in rows(tmp_path, ["reused"])] == [False] * 3


def test_failures_are_told_and_never_become_parents(unbroken: Path) -> None:
    found = rows(unbroken)
    parents = [found[row["parent_id"]] for row in found if row["parent_id"] is not None]
    assert {parent["status"] for parent in parents} == {"completed"}


def test_a_search_of_nothing_but_failures_ends(tmp_path: Path) -> None:
    def fail(trial: Trial) -> Outcome:
        return Outcome(Status.FAILED, error="no")

    assert search(tmp_path, FakePool(2, evaluate=fail)) is Ending.FINISHED
    assert len(rows(tmp_path)) == EVALUATIONS


def test_a_strategy_with_nothing_more_to_propose_ends_the_search(tmp_path: Path) -> None:
    assert search(tmp_path, FakePool(2), Waves(size=3, waves=2)) is Ending.EXHAUSTED
    assert len(rows(tmp_path)) == 6
    assert search(tmp_path, FakePool(2), Waves(size=3, waves=2)) is Ending.EXHAUSTED


class Clock:
    """Stands in for the ``time`` module."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize("minutes", [1, 7, 20])
def test_a_time_limit_stops_the_search_without_losing_anything(
    unbroken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    clock = Clock()
    monkeypatch.setattr(search_module, "time", clock)

    def slow(trial: Trial) -> Outcome:
        clock.now += 60.0
        return toy_outcome(trial)

    pool = FakePool(3, random.Random(minutes), evaluate=slow)
    limits = Limits(EVALUATIONS, max_minutes=float(minutes))
    assert search(tmp_path, pool, limits=limits) is Ending.OUT_OF_TIME
    logged = {row["trial_id"] for row in rows(tmp_path)}
    assert {trial.trial_id for trial in pool.evaluated} <= logged  # what ran was waited for and kept
    assert minutes <= len(pool.evaluated) <= minutes + 6
    before = [row for row in rows(unbroken) if row["trial_id"] in logged]
    assert rows(tmp_path) == before
    search(tmp_path, FakePool(2))
    assert rows(tmp_path) == rows(unbroken)


def test_a_search_whose_time_ends_with_its_last_trial_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(search_module, "time", clock)

    def slow(trial: Trial) -> Outcome:
        clock.now += 60.0
        return toy_outcome(trial)

    limits = Limits(3, max_minutes=2.5)
    assert search(tmp_path, FakePool(1, evaluate=slow), limits=limits) is Ending.FINISHED
    assert len(rows(tmp_path)) == 3


def test_the_log_of_another_search_is_not_continued(tmp_path: Path) -> None:
    search(tmp_path, limits=Limits(5))
    with pytest.raises(ReplayError, match="trial 0 is logged as"):
        search(tmp_path, config=toy_config(seed=1))


def test_observers_hear_of_every_trial_once_and_of_time_passing(unbroken: Path, tmp_path: Path) -> None:
    class Witness(Observer):
        def __init__(self) -> None:
            self.begun: list[tuple[int, int, float | None]] = []
            self.seen: list[int] = []
            self.ticks = 0

        def started(self, run: LiveRun) -> None:
            self.begun.append((run.replayed, run.total, run.best))

        def finished(self, run: LiveRun, finished: Finished) -> None:
            self.seen.append(finished.trial.trial_id)

        def tick(self, run: LiveRun) -> None:
            self.ticks += 1

        def ended(self, run: LiveRun, state: str) -> None:
            raise AssertionError("the session says this")

    def run(limit: int) -> Witness:
        space, witness = small_space(), Witness()
        search_here(
            tmp_path, evolution(space), FakePool(2), config=toy_config(), limits=Limits(limit), space=space,
            observers=[witness],
        )  # fmt: skip
        return witness

    first = run(10)
    assert (first.begun, sorted(first.seen)) == ([(0, 10, None)], list(range(10)))
    assert first.ticks > 0
    best = max(row["fitness"] for row in rows(tmp_path) if row["fitness"] is not None)
    second = run(15)
    assert (second.begun, sorted(second.seen)) == ([(10, 15, best)], list(range(10, 15)))


def test_a_finished_search_has_nothing_left_to_do(unbroken: Path) -> None:
    pool = FakePool()
    assert search(unbroken, pool) is Ending.FINISHED
    assert pool.evaluated == []


def test_what_a_pool_loses_is_a_row_that_never_joins(tmp_path: Path) -> None:
    def lose(trial: Trial) -> Outcome:
        return Outcome(Status.LOST, error="its worker died 4 times") if trial.trial_id == 0 else toy_outcome(trial)

    search(tmp_path, FakePool(evaluate=lose))
    found = rows(tmp_path)
    assert (found[0]["status"], found[0]["fitness"]) == ("lost", None)
    assert 0 not in {row["parent_id"] for row in found}


def test_a_trial_has_its_proposals_threshold_and_what_is_abandoned_never_joins(tmp_path: Path) -> None:
    proposed: list[float | None] = []

    class Watched(RegularizedEvolution):
        def ask(self, rng: np.random.Generator) -> Proposal:
            proposal = super().ask(rng)
            proposed.append(proposal.threshold)
            return proposal

    pool = FakePool(3, random.Random(2))
    search(tmp_path, pool, Watched(population=5, tournament=2), config=toy_config(reuse=False))
    assert {trial.trial_id: trial.threshold for trial in pool.evaluated} == dict(enumerate(proposed))
    found = rows(tmp_path, [*COMPARED, "metrics", "error"])
    abandoned = [row for row in found if row["status"] == "abandoned"]
    assert abandoned
    for row in abandoned:
        assert (row["fitness"], row["error"]) == (None, "too low")
        assert dict(row["metrics"]) == {"bound": proposed[row["trial_id"]]}
    assert {row["trial_id"] for row in abandoned}.isdisjoint(row["parent_id"] for row in found)


def test_a_copy_of_an_abandoned_trial_is_abandoned_with_its_bound(tmp_path: Path) -> None:
    class Demanding(Scripted):
        def ask(self, rng: np.random.Generator) -> Proposal | None:
            proposal = super().ask(rng)
            return proposal and replace(proposal, threshold=4.5 - self._asked)

    pool = FakePool()
    search(tmp_path, pool, Demanding([(0, 1, 0), (0, 1, 0)]), space=BitStrings(length=3))
    found = rows(tmp_path, ["status", "fitness", "metrics", "reused", "error"])
    assert [(row["status"], row["fitness"], row["reused"]) for row in found] == [
        ("abandoned", None, False),
        ("abandoned", None, True),
    ]
    assert [dict(row["metrics"]) for row in found] == [{"bound": 3.5}] * 2
    assert found[1]["error"] == "as trial 0: too low"


def test_no_more_than_the_look_ahead_is_ever_under_way(tmp_path: Path) -> None:
    class Pool(FakePool):
        most = 0

        def submit(self, trial: Trial) -> None:
            super().submit(trial)
            self.most = max(self.most, len(self._queue) + len(self._running))

    pool = Pool(2)
    search(tmp_path, pool, config=toy_config(ahead=5, reuse=False))
    assert pool.most == 5


def test_observers_see_at_every_step_what_the_workers_do_and_what_the_log_has_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunLog, "written_s", property(spent))

    class Watcher(Observer):
        def __init__(self) -> None:
            self.seen: list[bool] = []
            self.log_s: float = 0.0

        def tick(self, run: LiveRun) -> None:
            self.seen.append(run.pool == pool.state())
            self.log_s = run.log_s

    pool, watcher = FakePool(2), Watcher()
    search_here(
        tmp_path, evolution(small_space()), pool, config=toy_config(), limits=Limits(30), observers=[watcher],
        space=small_space(),
    )  # fmt: skip
    assert len(watcher.seen) > 3
    assert all(watcher.seen)
    assert watcher.log_s == 1.5


def spent(log: RunLog) -> float:
    """Stands in for how long a log has been written."""
    return 1.5


@pytest.mark.parametrize(
    ("method", "returned", "words"),
    [
        ("encode", 5, r"encode\(\) returned 5; text in UTF-8 is needed"),
        ("encode", "\udc00", r"encode\(\) returned '.udc00'"),
        ("key", 5, r"key\(\) returned 5"),
        ("ask", ("0" * 10, None), r"ask\(\) returned .*; a Proposal or None is needed"),
    ],
)
def test_a_plug_in_that_returns_something_else_is_told_so(
    tmp_path: Path, method: str, returned: object, words: str
) -> None:
    space, strategy = MirroredBitStrings(), Waves()
    setattr(strategy if method == "ask" else space, method, lambda *arguments: returned)
    with pytest.raises(match=words):
        search_here(tmp_path, strategy, FakePool(), config=toy_config(), limits=Limits(3), space=space)


def test_a_finished_trial_is_on_disk_while_the_next_one_is_scored(tmp_path: Path) -> None:
    give_up = time.monotonic() + 60.0

    def evaluate(trial: Trial) -> Outcome:
        while trial.trial_id == 1 and not rows(tmp_path) and time.monotonic() < give_up:
            time.sleep(0.05)
        assert trial.trial_id == 0 or rows(tmp_path)
        return toy_outcome(trial)

    assert search(tmp_path, FakePool(1, OneByOne(), evaluate), limits=Limits(2)) is Ending.FINISHED


class OneByOne(random.Random):
    """Lets the trials finish one after the other."""

    def randint(self, a: int, b: int) -> int:
        return min(1, b)
