"""The search loop: propose with a fixed look-ahead, evaluate anywhere, tell in order, log everything.

Trial t is proposed when exactly the trials before t - ahead + 1 have been told, whatever the workers' number or
speed, so one seed gives one sequence of trials at equal look-ahead; replaying the log through the same loop resumes a
run exactly. A strategy that waits for a fit is neither asked nor told until it has it, for the same reason.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Protocol

from evo.engine.fits import Fits
from evo.engine.history import History
from evo.engine.objective_values import judged, without_threshold
from evo.engine.observer import LiveRun, Observer
from evo.engine.proposing import evaluation_of, trial_of
from evo.fronts.dominance import GrowingFront
from evo.records.config import Limits, SearchConfig
from evo.records.failures import OutsideConstraintsError
from evo.records.search_objectives import objectives_of
from evo.records.trial import Finished, Outcome, Proposal, Trial
from evo.storage.run_log import RunLog
from evo.storage.score_store import NO_SCORES, Key
from evo.strategies.base import SearchStrategy
from spaces import Complexity, SearchSpace
from tasks import derive_rng

POLL_S = 0.5


class Ending(StrEnum):
    """Why a search stopped."""

    FINISHED = "finished"
    """All evaluations are done."""
    OUT_OF_TIME = "out of time"
    """``max_minutes`` have passed; what was running has been waited for."""
    EXHAUSTED = "exhausted"
    """The strategy has nothing more to propose."""
    ON_TARGET = "on target"
    """A fitness has reached ``target``."""
    STOPPED = "stopped"
    """A callback asked for it."""


class WorkerPool(Protocol):
    """Evaluates trials somewhere else."""

    def submit(self, trial: Trial) -> None:
        """Queue a trial; trials start in the order they were queued."""
        ...

    def wait(self, timeout_s: float) -> Sequence[Finished]:
        """Return the trials finished since the last call, waiting at most ``timeout_s`` for the first."""
        ...

    def cancel_queued(self) -> list[Trial]:
        """Forget the trials that have not started, and return them."""
        ...

    def close(self) -> None:
        """Give back what the pool holds."""
        ...


def as_they_are(metrics: Mapping[str, float], text: str) -> Mapping[str, float]:
    """Return the metrics of a candidate's row without anything else."""
    return metrics


@dataclass(frozen=True)
class SearchParts:
    """What a search is wired from.

    live: what its observers see of it
    key_of: identity of a candidate: equal ones are scored once
    describe: size of the network of a candidate's text, or None; it is asked for trials that reuse a score
    known: outcomes that need no scoring, by text and seed
    noted: returns a row's metrics with what the search itself has to add, of the candidate's text
    """

    live: LiveRun

    space: SearchSpace[Any]
    key_of: Callable[[Any], str]
    strategy: SearchStrategy
    workers: WorkerPool
    fits: Fits
    log: RunLog
    history: History
    describe: Callable[[str], Complexity | None]
    observers: Sequence[Observer] = field(default=())
    known: Mapping[Key, Outcome] = field(default_factory=lambda: NO_SCORES)
    noted: Callable[[Mapping[str, float], str], Mapping[str, float]] = as_they_are


class Search:
    """Runs one search to its end."""

    def __init__(self, parts: SearchParts, config: SearchConfig, limits: Limits) -> None:
        """Wire the parts; nothing runs yet."""
        self._parts = parts
        self._config = config
        self._limits = limits
        self._proposed = 0
        self._told = 0
        self._open: dict[int, Trial] = {}  # proposed and not told; at most ``ahead``
        self._running: set[int] = set()  # submitted and not finished
        self._outcomes: dict[int, Outcome] = {}  # finished and not told
        self._first_with: dict[bytes, int] = {}  # digest of a key -> the trial that scores it
        self._stop_at = None if limits.max_minutes is None else time.monotonic() + 60 * limits.max_minutes
        self._ending: Ending | None = None
        self._objectives = objectives_of(config)
        self._front = GrowingFront()
        self._unmet: OutsideConstraintsError | None = None

    def run(self) -> Ending:
        """Search until the limits are reached; raises ReplayError, ContractError, and OSError from the log.

        Raises OutsideConstraintsError where nothing within constraints is found, once all that was proposed before is
        logged, so that the rows by then are the same for any number of workers.
        """
        live = self._parts.live
        live.replayed, live.best = len(self._parts.history), self._parts.history.best
        for observer in self._parts.observers:
            observer.started(live)
        with self._parts.log.written_in_time():  # a trial in this process, or a callback, may take hours
            while self._step():
                for observer in self._parts.observers:
                    observer.tick(live)
        self._parts.log.flush()
        if self._unmet is not None:
            raise self._unmet
        done = self._told >= self._limits.evaluations
        return Ending.FINISHED if done else self._ending or Ending.FINISHED

    def _step(self) -> bool:
        """Propose and tell as far as possible, then wait for workers; returns whether there is more to do."""
        self._stop_when_due()
        self._advance()
        self._parts.live.learning = self._parts.fits.learning
        if not self._running and not self._parts.fits.running:
            return False
        if self._running:
            for finished in self._parts.workers.wait(POLL_S):
                self._running.discard(finished.trial.trial_id)
                self._record(finished)
        self._parts.fits.wait(0.0 if self._running else POLL_S)
        return True

    def _advance(self) -> None:
        """Alternate single tells with the proposals they allow: the one order that never depends on the workers."""
        self._propose()
        while self._is_fitted() and (outcome := self._next_outcome()) is not None:
            self._tell(self._open.pop(self._told), outcome)
            self._propose()

    def _propose(self) -> None:
        while self._may_propose() and self._is_fitted():
            proposal = self._asked()
            if proposal is None:
                self._note_silence()
                return
            parts, seed = self._parts, self._config.seed
            trial = trial_of(proposal, self._proposed, seed=seed, space=parts.space, key_of=parts.key_of)
            self._admit(without_threshold(trial, self._objectives))

    def _asked(self) -> Proposal | None:
        """Return what the strategy proposes next; None, and for good, where it finds nothing within constraints."""
        try:
            return self._parts.strategy.ask(derive_rng(self._config.seed, "ask", self._proposed))
        except OutsideConstraintsError as error:
            self._unmet, self._ending = error, Ending.EXHAUSTED
            return None

    def _may_propose(self) -> bool:
        within = self._proposed < self._limits.evaluations and self._proposed - self._told < self._config.ahead
        return within and self._ending is None

    def _is_fitted(self) -> bool:
        """Return whether the strategy waits for no fit, or nothing is to be proposed that would need one."""
        if self._ending is not None or self._proposed >= self._limits.evaluations:
            return True
        return self._parts.fits.settled(self._parts.strategy)

    def _note_silence(self) -> None:
        if not self._open:  # nothing left to tell it
            self._ending = Ending.EXHAUSTED

    def _admit(self, trial: Trial) -> None:
        self._proposed += 1
        self._open[trial.trial_id] = trial
        original = self._original(trial)
        logged = self._parts.history.outcome(trial)
        if logged is not None:
            self._outcomes[trial.trial_id] = judged(logged, self._objectives)
            self._note_front(self._outcomes[trial.trial_id])
        elif original == trial.trial_id:
            self._score(trial)

    def _score(self, trial: Trial) -> None:
        known = self._parts.known.get((trial.text, trial.seed))
        if known is not None:
            self._record(Finished(trial, known, attempts=0))
            return
        self._running.add(trial.trial_id)
        self._parts.workers.submit(trial)

    def _original(self, trial: Trial) -> int:
        """Return the first trial with the same key, which may be this one."""
        if not self._config.reuse:
            return trial.trial_id
        digest = blake2b(trial.key.encode(), digest_size=16).digest()
        return self._first_with.setdefault(digest, trial.trial_id)

    def _next_outcome(self) -> Outcome | None:
        """Return what became of the next trial to tell, or None while it is unknown."""
        trial = self._open.get(self._told)
        if trial is None:
            return None
        if trial.trial_id not in self._outcomes and self._original(trial) < trial.trial_id:
            self._reuse(trial, self._original(trial))
        return self._outcomes.pop(trial.trial_id, None)

    def _reuse(self, trial: Trial, original: int) -> None:
        earlier = self._parts.log.outcome(original)  # it was told before this one, so it is logged
        size = self._parts.describe(trial.text)
        outcome = Outcome(
            status=earlier.status,
            fitness=earlier.fitness,
            metrics=earlier.metrics,
            params=size.params if size else None,
            macs=size.macs if size else None,
            error=f"as trial {original}: {earlier.error}" if earlier.error else None,
        )
        self._record(Finished(trial, outcome, attempts=0, reused=True))

    def _record(self, given: Finished) -> None:
        metrics = self._parts.noted(given.outcome.metrics, given.trial.text)
        noted = replace(given.outcome, metrics=metrics)
        finished = replace(given, outcome=judged(noted, self._objectives))
        self._parts.log.append(finished)
        self._outcomes[finished.trial.trial_id] = finished.outcome
        self._parts.live.note(finished.outcome.fitness)
        self._note_front(finished.outcome)
        for observer in self._parts.observers:
            observer.finished(self._parts.live, finished)

    def _note_front(self, outcome: Outcome) -> None:
        """Let observers know of how many points the front is."""
        if self._objectives and outcome.fitness is not None:
            others = (outcome.metrics[objective.metric] for objective in self._objectives[1:])
            self._front.add((outcome.fitness, *others))
            self._parts.live.front = len(self._front)

    def _tell(self, trial: Trial, outcome: Outcome) -> None:
        self._told += 1
        self._parts.strategy.tell(evaluation_of(trial, outcome))

    def _stop_when_due(self) -> None:
        if self._ending is None and (reason := self._reason_to_stop()) is not None:
            self._ending = reason
            self._running -= {trial.trial_id for trial in self._parts.workers.cancel_queued()}
            self._parts.fits.cancel()

    def _reason_to_stop(self) -> Ending | None:
        live, target = self._parts.live, self._limits.target
        if target is not None and live.best is not None and live.best >= target:
            return Ending.ON_TARGET
        if live.stopping:
            return Ending.STOPPED
        late = self._stop_at is not None and time.monotonic() >= self._stop_at
        return Ending.OUT_OF_TIME if late else None
