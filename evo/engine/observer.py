"""Who watches a search: the contract of callbacks, and what a callback sees of the search that calls it."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evo.records.pool_state import PoolState
from evo.records.trial import Finished
from tasks.foundation.abilities import misspelling
from tasks.foundation.errors import UsageError


@dataclass
class LiveRun:
    """A search while it runs, as its callbacks see it.

    path: its folder
    total: trials in all; of a differentiable search, supernets
    replayed: trials that a former process had logged already
    best: highest fitness so far, None before the first
    front: points that none of the others dominates, of a search by several objectives; 0 of any other
    epochs: of every supernet; 0 where there is none
    learning: labelled candidates that the strategy's predictor is being fitted to, 0 where no fit is under way
    pool: what the workers were doing when the search last looked
    log_s: seconds that this process has spent in writing the log
    """

    path: Path
    total: int
    replayed: int = 0
    best: float | None = None
    epochs: int = 0
    learning: int = 0
    front: int = 0
    pool: PoolState = field(default_factory=PoolState)
    log_s: float = 0.0
    stopping: bool = field(default=False, init=False)

    def stop(self) -> None:
        """End the search: nothing new is proposed, what is being scored is waited for."""
        self.stopping = True

    def note(self, fitness: float | None) -> None:
        """Keep the better of the best fitness so far and this one."""
        if fitness is not None and (self.best is None or fitness > self.best):
            self.best = fitness


class Observer:
    """Watches a search; every method may be left out. What one raises ends the search, with every trial saved."""

    def started(self, run: LiveRun) -> None:
        """The search is about to propose its first trial, or its next where it was taken up again."""

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """A trial was logged; ``run.best`` counts it."""

    def epoch(self, run: LiveRun, row: Mapping[str, Any]) -> None:
        """An epoch of a supernet was logged; ``row`` is what the log says of it."""

    def tick(self, run: LiveRun) -> None:
        """Time has passed; called about twice a second."""

    def ended(self, run: LiveRun, state: str) -> None:
        """The search is over; ``state`` says how."""

    def during_reference(self, run: LiveRun, member: str) -> "Observer | None":
        """Return who watches a member of the fitness score the reference, which comes before the search; or None."""
        return None


METHODS = ("started", "finished", "epoch", "tick", "ended", "during_reference")
"""What is called of an observer."""


class FinishedCallback(Observer):
    """A plain function that is called after every trial, as Optuna's callbacks are."""

    def __init__(self, function: Callable[[LiveRun, Finished], object]) -> None:
        """Call ``function(run, finished)``."""
        self._function = function

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Call it."""
        self._function(run, finished)


Callback = Observer | Callable[[LiveRun, Finished], object]
"""An observer, or a function that is called with the run and each finished trial."""


def observers_of(callbacks: Sequence[Callback]) -> list[Observer]:
    """Return callbacks as observers; raises UsageError for what is neither an observer nor a function.

    A method whose name is almost one that is called is told of, as it would never be called.
    """
    if not isinstance(callbacks, Iterable) or isinstance(callbacks, str):
        raise UsageError(f"callbacks={callbacks!r}: a list of observers and functions is needed")
    return [_observer(one) for one in callbacks]


def _observer(callback: Any) -> Observer:
    if isinstance(callback, Observer):
        found = misspelling(callback, dict.fromkeys(METHODS, True), Observer)
        if found:
            raise UsageError(f"callback {callback!r} has {found[0]}(), which nobody calls; did you mean {found[1]}()?")
        return callback
    if inspect.isclass(callback) or not callable(callback):
        raise UsageError(
            f"callback {callback!r}: an evo.Observer or a function of a run and a finished trial is needed"
        )
    return FinishedCallback(callback)
