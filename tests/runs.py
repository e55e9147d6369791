"""What tests of the engine share: configurations of toy searches, a pool without Ray, and rows to compare."""

import itertools
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from evo.engine.ending import Ending
from evo.engine.fits import Fits, FitWorker
from evo.engine.history import History
from evo.engine.inline_fits import InlineFits
from evo.engine.observer import LiveRun, Observer
from evo.engine.plugins import resolve_choice
from evo.engine.screens import Screens
from evo.engine.search import Search, SearchParts
from evo.records.config import Limits, SearchConfig
from evo.records.pool_state import PoolState
from evo.records.requests import Placement
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog, read_table
from evo.strategies.base import SearchStrategy
from spaces import Complexity, candidate_key
from tasks import derive_rng
from tests.toy import BitStrings, is_marked

COMPARED = ["trial_id", "parent_id", "candidate", "seed", "status", "fitness"]
"""The columns that a seed determines, whatever the number of workers, kills and resumptions."""

Row = dict[str, Any]


def toy_config(
    fitness: str = "CountOnes", *, seed: int = 0, ahead: int = 4, reuse: bool = True, **options: object
) -> SearchConfig:
    """Return a small evolution of bit strings by a fitness of ``tests.toy`` with ``options``."""
    return SearchConfig(
        space=resolve_choice("space", "tests.toy:BitStrings", {}),
        fitness=resolve_choice("fitness", f"tests.toy:{fitness}", options),
        strategy=resolve_choice("strategy", "regularized_evolution", {"population": 5, "tournament": 2}),
        data="noise",
        seed=seed,
        ahead=ahead,
        reuse=reuse,
    )


def rows(run_dir: Path, columns: list[str] | None = None) -> list[Row]:
    """Return the logged rows in order of trial, those columns alone that must be reproduced."""
    found: list[Row] = read_table(run_dir, columns or COMPARED).to_pylist()
    return found


def toy_outcome(trial: Trial) -> Outcome:
    """Return what a toy worker says: the ones counted, noise by the trial's seed.

    Every candidate 11... is a failure, and what is below its threshold is abandoned.
    """
    if trial.candidate[:2] == (1, 1):
        return Outcome(Status.FAILED, error="Traceback\nValueError: starts with 11")
    noise = 0.01 * float(derive_rng(trial.seed).standard_normal())
    fitness = sum(trial.candidate) + noise
    if trial.threshold is not None and fitness < trial.threshold:
        return Outcome(Status.ABANDONED, metrics={"bound": trial.threshold}, error="too low")
    return Outcome(Status.COMPLETED, fitness=fitness, metrics={"marked": float(is_marked(trial.candidate))})


def log_outcomes(run_dir: Path, outcomes: Sequence[Outcome], *, reused: int | None = None) -> Path:
    """Log outcomes of trials 0, 1, ... of a run in another order than theirs, one as reused; returns the run."""
    log = RunLog(run_dir)
    for number in reversed(range(len(outcomes))):
        text = f"{number:010b}"
        log.append(Finished(Trial(number, None, (1,), text, text, 1), outcomes[number], reused=number == reused))
    log.flush()
    return run_dir


def scored(fitness: float, **more: Any) -> Outcome:
    """Return the outcome of a trial that went well."""
    return Outcome(Status.COMPLETED, fitness=fitness, **more)


def interrupt_after(count: int, patched: pytest.MonkeyPatch) -> None:
    """Let Ctrl-C come once a process has logged so many scores."""
    record, calls = Search._record, itertools.count(1)

    def recorded(self: Search, finished: Finished) -> None:
        record(self, finished)
        if next(calls) == count:
            raise KeyboardInterrupt

    patched.setattr(Search, "_record", recorded)


class FakePool:
    """A pool in this process: ``workers`` at a time, which finish in an order that ``rng`` draws."""

    def __init__(
        self, workers: int = 1, rng: random.Random | None = None, evaluate: Callable[[Trial], Outcome] = toy_outcome
    ) -> None:
        self._workers = workers
        self._rng = rng or random.Random(0)
        self._evaluate = evaluate
        self._queue: list[Trial] = []
        self._running: list[Trial] = []
        self.evaluated: list[Trial] = []

    def submit(self, trial: Trial) -> None:
        self._queue.append(trial)
        self._fill()

    def wait(self, timeout_s: float) -> Sequence[Finished]:
        assert self._running, "the search waits for nothing"
        count = self._rng.randint(0, len(self._running))
        done = [self._running.pop(self._rng.randrange(len(self._running))) for _ in range(count)]
        self.evaluated += done
        self._fill()
        return [Finished(trial, self._evaluate(trial)) for trial in done]

    def cancel_queued(self) -> list[Trial]:
        cancelled, self._queue = self._queue, []
        return cancelled

    def state(self) -> PoolState:
        return PoolState(queued=len(self._queue), in_flight=len(self._running))

    def close(self) -> None:
        """Leave this process as it is."""

    def _fill(self) -> None:
        while self._queue and len(self._running) < self._workers:
            self._running.append(self._queue.pop(0))


def without_ray(patched: pytest.MonkeyPatch) -> None:
    """Let every command score in this process, as with ``--workers 0``."""
    patched.setattr(Placement, "here", True)


def search_here(
    run_dir: Path,
    strategy: SearchStrategy,
    pool: FakePool,
    *,
    config: SearchConfig,
    limits: Limits,
    space: BitStrings | None = None,
    observers: Sequence[Observer] = (),
    fits: FitWorker | None = None,
) -> Ending:
    """Run or resume a search in this process; returns how it ended."""

    def describe(text: str) -> Complexity:
        return Complexity(params=int(text, 2), macs=4 ** text.count("1"))  # some are outsized

    log = RunLog(run_dir)
    space = space or BitStrings()
    if strategy.fresh:
        strategy.begin(space)
    parts = SearchParts(
        live=LiveRun(run_dir, limits.evaluations),
        space=space,
        key_of=partial(candidate_key, space),
        strategy=strategy,
        workers=pool,
        fits=Fits(run_dir, config.space, fits or InlineFits(space)),
        screens=Screens(run_dir, space, partial(candidate_key, space), config.seed),
        log=log,
        history=History(run_dir),
        describe=describe,
        observers=observers,
    )
    try:
        return Search(parts, config, limits).run()
    finally:
        log.flush()
