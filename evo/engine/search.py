"""The search loop: propose with a fixed look-ahead, evaluate anywhere, tell in one order, log everything.

Trial t is proposed when exactly t - ahead + 1 trials have been told, more where the order has open trials take several
places, in an order that no worker has a say in unless it is that of completion. So one seed gives one sequence of
trials at equal look-ahead; replaying the log through the same loop resumes a run exactly. A strategy that waits for a
fit is neither asked nor told until it has it, for the same reason. Proposals that need no telling, such as a random
first population, run ahead of that, up to ``MOST_FREE``.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from evo.engine.ending import Ending
from evo.engine.fits import Fits
from evo.engine.history import History
from evo.engine.objective_values import judged, without_threshold
from evo.engine.observer import LiveRun, Observer
from evo.engine.proposing import evaluation_of, trial_of
from evo.engine.screens import Screens
from evo.engine.telling_orders import telling_order
from evo.engine.worker_pool import WorkerPool
from evo.fronts.dominance import GrowingFront
from evo.records.config import Limits, SearchConfig
from evo.records.failures import OutsideConstraintsError
from evo.records.search_objectives import objectives_of
from evo.records.trial import Finished, Outcome, Proposal, Trial
from evo.storage.run_log import RunLog
from evo.storage.score_store import NO_SCORES, Key
from evo.strategies.base import SearchStrategy, waits_for_tells
from evo.strategies.screening import wanted_screen
from spaces import Complexity, SearchSpace
from tasks import derive_rng

POLL_S = 0.5
MOST_FREE = 1_000
"""Trials under way of a strategy that need not be told before it proposes more; memory holds no more of them."""
BURST_S = 0.2
"""Seconds for which such trials are proposed before finished ones are taken in again."""


def as_they_are(metrics: Mapping[str, float], text: str) -> Mapping[str, float]:
    """Return the metrics of a candidate's row without anything else."""
    return metrics


@dataclass(frozen=True)
class SearchParts:
    """What a search is wired from.

    live: what its observers see of it
    key_of: identity of a candidate: equal ones are scored once
    describe: size of the network of a candidate's text, or None; it is asked for trials that reuse a score, and for all
    where they are told by expected finish
    known: outcomes that need no scoring, by text and seed
    noted: returns a row's metrics with what the search itself has to add, of the candidate's text
    """

    live: LiveRun

    space: SearchSpace[Any]
    key_of: Callable[[Any], str]
    strategy: SearchStrategy
    workers: WorkerPool
    fits: Fits
    screens: Screens
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
        self._free_left = False  # more proposals need no telling than a burst had time for
        self._open: dict[int, Trial] = {}  # proposed and not told; at most ``ahead``, or ``MOST_FREE``
        self._running: set[int] = set()  # submitted and not finished
        self._outcomes: dict[int, Outcome] = {}  # finished and not told
        self._first_with: dict[bytes, int] = {}  # digest of a key -> the trial that scores it
        self._stop_at = None if limits.max_minutes is None else time.monotonic() + 60 * limits.max_minutes
        self._ending: Ending | None = None
        self._order = telling_order(config, parts.describe, parts.history.scored_in_order)
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
        if not self._running and not self._waits() and not self._free_left:
            return False
        patience_s = 0.0 if self._free_left else POLL_S
        busy = bool(self._running) or self._parts.screens.running
        if busy:
            for finished in self._parts.workers.wait(patience_s):
                self._take(finished)
        self._parts.fits.wait(0.0 if busy else patience_s)
        self._parts.live.pool, self._parts.live.log_s = self._parts.workers.state(), self._parts.log.written_s
        return True

    def _waits(self) -> bool:
        """Return whether something that the strategy has asked for is being made."""
        return self._parts.fits.running or self._parts.screens.running

    def _take(self, finished: Finished) -> None:
        """Keep what a worker has scored: a cheap score, or a trial."""
        if not self._parts.screens.take(finished):
            self._running.discard(finished.trial.trial_id)
            self._record(finished)

    def _advance(self) -> None:
        """Alternate single tells with the proposals they allow: the one order that never depends on the workers."""
        self._propose()
        while not self._free_left and self._is_fitted() and (known := self._next_outcome()) is not None:
            self._tell(*known)
            self._propose()

    def _propose(self) -> None:
        """Propose what may be proposed by now; nothing is told while what needs no telling is not all proposed."""
        until = time.monotonic() + BURST_S
        while self._may_propose() and self._is_fitted():
            proposal = self._asked()
            if proposal is None:
                if wanted_screen(self._parts.strategy) is not None:
                    continue  # it is asked again once it has the scores
                self._note_silence()
                return
            parts, seed = self._parts, self._config.seed
            trial = trial_of(proposal, self._proposed, seed=seed, space=parts.space, key_of=parts.key_of)
            self._admit(without_threshold(trial, self._objectives))
            if len(self._open) > self._config.ahead and time.monotonic() > until:
                self._free_left = True
                return

    def _asked(self) -> Proposal | None:
        """Return what the strategy proposes next; None, and for good, where it finds nothing within constraints."""
        try:
            return self._parts.strategy.ask(derive_rng(self._config.seed, "ask", self._proposed))
        except OutsideConstraintsError as error:
            self._unmet, self._ending = error, Ending.EXHAUSTED
            return None

    def _may_propose(self) -> bool:
        self._free_left = False
        if self._ending is not None or self._proposed >= self._limits.evaluations:
            return False
        under_way, ahead = self._proposed - self._told, self._config.ahead
        within = under_way + self._order.reserved() < ahead
        return within or (under_way < MOST_FREE and not waits_for_tells(self._parts.strategy))

    def _is_fitted(self) -> bool:
        """Return whether the strategy waits for no fit and no cheap scores, or nothing more is to be proposed."""
        if self._ending is not None or self._proposed >= self._limits.evaluations:
            return True
        parts = self._parts
        return parts.fits.settled(parts.strategy) and parts.screens.settled(parts.strategy, parts.workers.submit)

    def _note_silence(self) -> None:
        if not self._open:  # nothing left to tell it
            self._ending = Ending.EXHAUSTED

    def _admit(self, trial: Trial) -> None:
        self._proposed += 1
        self._open[trial.trial_id] = trial
        original = self._original(trial)
        self._order.proposed(trial, original)
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

    def _next_outcome(self) -> tuple[Trial, Outcome] | None:
        """Return the next trial to tell and what became of it, or None while that is unknown."""
        number = self._order.next()
        trial = None if number is None else self._open.get(number)
        if trial is None:
            return None
        if trial.trial_id not in self._outcomes and self._original(trial) < trial.trial_id:
            self._reuse(trial, self._original(trial))
        outcome = self._outcomes.pop(trial.trial_id, None)
        return None if outcome is None else (trial, outcome)

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
        outcome = self._completed(given)
        finished = given if outcome is given.outcome else replace(given, outcome=outcome)
        self._parts.log.append(finished)
        if not finished.reused:
            self._order.scored(finished.trial.trial_id)
        self._outcomes[finished.trial.trial_id] = finished.outcome
        self._parts.live.note(finished.outcome.fitness)
        self._note_front(finished.outcome)
        for observer in self._parts.observers:
            observer.finished(self._parts.live, finished)

    def _completed(self, finished: Finished) -> Outcome:
        """Return a trial's outcome with what the search itself has to add; it is mostly nothing."""
        outcome = finished.outcome
        metrics = self._parts.noted(outcome.metrics, finished.trial.text)
        if finished.trial.notes:
            metrics = {**metrics, **dict(finished.trial.notes)}
        noted = outcome if metrics is outcome.metrics else replace(outcome, metrics=metrics)
        return judged(noted, self._objectives)

    def _note_front(self, outcome: Outcome) -> None:
        """Let observers know of how many points the front is."""
        if self._objectives and outcome.fitness is not None:
            others = (outcome.metrics[objective.metric] for objective in self._objectives[1:])
            self._front.add((outcome.fitness, *others))
            self._parts.live.front = len(self._front)

    def _tell(self, trial: Trial, outcome: Outcome) -> None:
        self._told += 1
        del self._open[trial.trial_id]
        self._order.told(trial.trial_id)
        self._parts.strategy.tell(evaluation_of(trial, outcome))

    def _stop_when_due(self) -> None:
        if self._ending is None and (reason := self._reason_to_stop()) is not None:
            self._ending = reason
            self._running -= {trial.trial_id for trial in self._parts.workers.cancel_queued()}
            self._parts.fits.cancel()
            self._parts.screens.cancel()

    def _reason_to_stop(self) -> Ending | None:
        live, target = self._parts.live, self._limits.target
        if target is not None and live.best is not None and live.best >= target:
            return Ending.ON_TARGET
        if live.stopping:
            return Ending.STOPPED
        late = self._stop_at is not None and time.monotonic() >= self._stop_at
        return Ending.OUT_OF_TIME if late else None
