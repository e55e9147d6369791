"""Scores trials in this process, one after the other, without Ray."""

import time
from collections import deque
from collections.abc import Mapping, Sequence

from evo.engine.evaluator import Evaluator
from evo.engine.plugins import NO_OBJECTS
from evo.records.config import SearchConfig
from evo.records.pool_state import PoolState
from evo.records.trial import Finished, Trial
from fitness.reference import Reference

NAME = "local"


class InlineWorkers:
    """A pool of one: every ``wait`` scores the trial that was queued first.

    A time-out is kept by fitnesses that look at the clock; nobody can end one that does not, nor limit its memory.
    """

    def __init__(
        self,
        config: SearchConfig,
        *,
        timeout_s: float | None = None,
        objects: Mapping[str, object] = NO_OBJECTS,
        reference: Reference | None = None,
    ) -> None:
        """Build the run's space, fitness and images; reference: what the fitness has asked for."""
        self._evaluator = Evaluator(config, worker=NAME, objects=objects, reference=reference)
        self._timeout_s = timeout_s
        self._queue: deque[tuple[Trial, float]] = deque()

    def submit(self, trial: Trial) -> None:
        """Queue a trial; cheap scores go before all trials."""
        add = self._queue.append if trial.screen is None else self._queue.appendleft
        add((trial, time.monotonic()))

    def wait(self, timeout_s: float) -> Sequence[Finished]:
        """Score the next trial, however long it takes."""
        if not self._queue:
            return []
        trial, submitted = self._queue.popleft()
        queued_s = time.monotonic() - submitted
        if trial.screen is not None:
            outcome = self._evaluator.screen(trial.text, trial.seed, self._timeout_s, trial.screen)
        else:
            outcome = self._evaluator.evaluate(trial.text, trial.seed, self._timeout_s, trial.threshold)
        return [Finished(trial, outcome, queued_s=queued_s)]

    def cancel_queued(self) -> list[Trial]:
        """Forget the trials that have not started, and return them."""
        cancelled = [trial for trial, _ in self._queue]
        self._queue.clear()
        return cancelled

    def state(self) -> PoolState:
        """Return nothing but zeros: it has no workers."""
        return PoolState()

    def close(self) -> None:
        """Leave this process as it is."""
