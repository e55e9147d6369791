"""Ray actors that evaluate trials, one trial at a time each, replaced when they die.

Times are seconds.
"""

import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ray
from ray.exceptions import RayError, RayTaskError

from evo.engine.cluster import Resources
from evo.records.config import SearchConfig
from evo.records.trial import Finished, Outcome, Status, Trial
from tasks.foundation.errors import first_line

MAX_ATTEMPTS = 4  # the first and three more: a dead worker is not the candidate's fault
TIMEOUT_GRACE_S = 5.0  # how long a worker may overrun a time-out before it is killed


class WorkerStartError(RuntimeError):
    """A worker cannot be made at all: the configuration is broken, not a candidate."""


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


class EvaluationWorker:
    """What runs inside an actor: an evaluator made once, asked once per trial."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        """Build the run's space, fitness and pictures."""
        from evo.engine.evaluator import Evaluator

        self._evaluator = Evaluator(SearchConfig.from_json(config), worker=name)

    def ready(self) -> int:
        """Return the process id once the worker is up."""
        return os.getpid()

    def evaluate(self, text: str, seed: int, timeout_s: float | None, threshold: float | None) -> Outcome:
        """Return what became of one candidate."""
        return self._evaluator.evaluate(text, seed, timeout_s, threshold)


@dataclass
class _Slot:
    """One place for an actor; what it is doing now."""

    name: str
    generation: int = 0
    actor: Any = None
    call: Any = None  # reference of the call in flight: ``ready`` or ``evaluate``
    job: "_Job | None" = None  # None while it starts or idles
    started: float = 0.0
    failed_starts: int = 0  # in a row


@dataclass
class _Job:
    trial: Trial
    submitted: float
    attempts: int = 0


class RayWorkers:
    """A pool of named Ray actors.

    A time-out starts when the worker does; a worker that overruns it by ``TIMEOUT_GRACE_S`` is killed and replaced.
    """

    def __init__(
        self, config: SearchConfig, run_name: str, resources: Resources, *, timeout_s: float | None = None
    ) -> None:
        """Start ``resources.workers`` actors of one CPU and ``resources.gpus_each`` GPUs."""
        self._config = ray.put(config.to_json())
        self._gpus_each = resources.gpus_each
        self._timeout_s = timeout_s
        self._queue: deque[_Job] = deque()
        self._slots = [_Slot(f"selfnas/{run_name}/worker-{i}") for i in range(resources.workers)]
        for slot in self._slots:
            self._start(slot)

    def submit(self, trial: Trial) -> None:
        """Queue a trial."""
        self._queue.append(_Job(trial, time.monotonic()))
        self._dispatch()

    def cancel_queued(self) -> list[Trial]:
        """Forget the trials that have not started, and return them."""
        cancelled = [job.trial for job in self._queue]
        self._queue.clear()
        return cancelled

    def wait(self, timeout_s: float) -> list[Finished]:
        """Return what finished; raises WorkerStartError where a worker cannot be made."""
        calls = {slot.call: slot for slot in self._slots if slot.call is not None}
        if not calls:
            return []
        done, _ = ray.wait(list(calls), num_returns=1, timeout=timeout_s)
        finished = [self._collect(calls[call]) for call in done]
        overdue = [self._kill_overdue(slot) for slot in self._slots]
        self._dispatch()
        return [result for result in (*finished, *overdue) if result is not None]

    def close(self) -> None:
        """Kill every worker."""
        for slot in self._slots:
            ray.kill(slot.actor)

    def _start(self, slot: _Slot) -> None:
        # The process id keeps the name free of a predecessor's actor that the cluster has not cleared away yet.
        name = f"{slot.name}.{os.getpid()}.{slot.generation}"
        actor = ray.remote(EvaluationWorker).options(name=name, num_cpus=1, num_gpus=self._gpus_each, max_restarts=0)
        slot.actor = actor.remote(self._config, slot.name)
        slot.generation += 1
        slot.call, slot.job = slot.actor.ready.remote(), None

    def _dispatch(self) -> None:
        for slot in self._slots:
            if slot.call is None and self._queue:
                self._assign(slot, self._queue.popleft())

    def _assign(self, slot: _Slot, job: _Job) -> None:
        job.attempts += 1
        slot.job, slot.started = job, time.monotonic()
        trial = job.trial
        slot.call = slot.actor.evaluate.remote(trial.text, trial.seed, self._timeout_s, trial.threshold)

    def _collect(self, slot: _Slot) -> Finished | None:
        call, job = slot.call, slot.job
        slot.call, slot.job = None, None
        try:
            result = ray.get(call)
        except RayError as error:
            if job is None and isinstance(error, RayTaskError):
                raise WorkerStartError(f"worker {slot.name} cannot start: {error}") from error
            return self._bury(slot, job, error)
        slot.failed_starts = 0
        return None if job is None else _finish(job, slot, result)

    def _bury(self, slot: _Slot, job: _Job | None, error: RayError) -> Finished | None:
        """Replace a dead worker; its trial is tried again first, up to ``MAX_ATTEMPTS`` times."""
        slot.failed_starts += job is None
        if job is None and (slot.failed_starts >= MAX_ATTEMPTS or "creation task" in str(error)):
            raise WorkerStartError(f"worker {slot.name} cannot start: {error}") from error
        self._replace(slot)
        if job is None or job.attempts < MAX_ATTEMPTS:
            self._queue.extendleft([] if job is None else [job])
            return None
        reason = f"its worker died {job.attempts} times, last: {last_words(error)}"
        return _finish(job, slot, Outcome(Status.LOST, error=reason, worker=slot.name))

    def _kill_overdue(self, slot: _Slot) -> Finished | None:
        job = slot.job
        if job is None or self._timeout_s is None:
            return None
        if time.monotonic() - slot.started < self._timeout_s + TIMEOUT_GRACE_S:
            return None
        self._replace(slot)
        reason = f"ran {TIMEOUT_GRACE_S:g} s past its time-out of {self._timeout_s:g} s; its worker was killed"
        return _finish(job, slot, Outcome(Status.TIMED_OUT, error=reason, worker=slot.name))

    def _replace(self, slot: _Slot) -> None:
        ray.kill(slot.actor)
        self._start(slot)


def _finish(job: _Job, slot: _Slot, outcome: Outcome) -> Finished:
    return Finished(job.trial, outcome, attempts=job.attempts, queued_s=slot.started - job.submitted)


def last_words(error: RayError) -> str:
    """Return the line that says most: the last of a traceback, the first of Ray's own explanations."""
    return str(error).strip().splitlines()[-1] if isinstance(error, RayTaskError) else first_line(error)
