"""Ray actors that evaluate trials, one trial at a time each, replaced when they die.

Times are seconds.
"""

import os
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray

from evo.cluster.own_process import keep_freed_memory
from evo.engine.resilient_actors import (
    MAX_ATTEMPTS,
    ActorEvent,
    ActorKind,
    Died,
    Raised,
    ResilientActors,
    Returned,
    died_too_often,
    share,
)
from evo.engine.worker_output import drop_empty, keep_in_bounds, print_into
from evo.records.config import SearchConfig
from evo.records.failures import WorkerStartError
from evo.records.resources import Resources
from evo.records.trial import Finished, Outcome, Status, Trial
from fitness.reference import Reference
from tasks.foundation.trust import trusting

TIMEOUT_GRACE_S = 5.0  # how long a worker may overrun a time-out before it is killed


class EvaluationWorker:
    """What runs inside an actor: an evaluator, made once and called once per trial."""

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        objects: Mapping[str, object] | None = None,
        output: Path | None = None,
        reference: Reference | None = None,
    ) -> None:
        """Build the run's space, fitness and images.

        objects: the caller's own plug-ins, by axis; output: file for what is printed, None to let it go where it goes
        reference: what the fitness has asked for
        """
        print_into(output)
        from evo.engine.evaluator import Evaluator

        self._output = output
        keep_freed_memory()
        with trusting():  # whoever starts workers has checked what they make
            search = SearchConfig.from_json(config)
            self._evaluator = Evaluator(search, worker=name, objects=objects or {}, reference=reference)

    def ready(self) -> int:
        """Return the process id once the worker is up."""
        return os.getpid()

    def evaluate(self, text: str, seed: int, timeout_s: float | None, threshold: float | None) -> Outcome:
        """Return what became of one candidate."""
        keep_in_bounds(self._output)
        return self._evaluator.evaluate(text, seed, timeout_s, threshold)


@dataclass
class _Job:
    """A trial on its way; ``started``: when its last attempt did."""

    trial: Trial
    submitted: float
    started: float = 0.0
    attempts: int = 0

    def finished(self, outcome: Outcome) -> Finished:
        return Finished(self.trial, outcome, attempts=self.attempts, queued_s=self.started - self.submitted)


class RayWorkers:
    """A pool of workers as Ray actors.

    A time-out starts when the worker does; a worker that overruns it by ``TIMEOUT_GRACE_S`` is killed and replaced.
    """

    def __init__(
        self,
        config: SearchConfig,
        run_name: str,
        resources: Resources,
        *,
        timeout_s: float | None = None,
        objects: Mapping[str, object] | None = None,
        output: Path | None = None,
        reference: Reference | None = None,
    ) -> None:
        """Start ``resources.workers`` actors of one CPU and ``resources.gpus_each`` GPUs.

        objects: the caller's own plug-ins, by axis; output: file for what is printed in them
        reference: what the fitness has asked for, handed to every actor before its first trial
        Raises UsageError where a plug-in cannot be sent to the workers.
        """
        sent = {"config": ray.put(config.to_json()), "objects": share(objects), "output": output}
        if reference is not None:
            sent["reference"] = ray.put(reference)
        kind = ActorKind(
            EvaluationWorker, "worker", lambda number, name: {**sent, "name": name}, gpus=resources.gpus_each
        )
        self._actors = ResilientActors(run_name, kind)
        self._timeout_s, self._output = timeout_s, output
        self._queue: deque[_Job] = deque()
        self._jobs: dict[int, _Job] = {}  # place -> what its worker is doing
        for number in range(resources.workers):
            self._actors.start(number)

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
        finished = [self._take(event) for event in self._actors.wait(timeout_s)]
        overdue = [self._kill_overdue(number) for number in list(self._jobs)]
        self._dispatch()
        return [result for result in (*finished, *overdue) if result is not None]

    def close(self) -> None:
        """Kill every worker."""
        self._actors.close()
        drop_empty(self._output)

    def _dispatch(self) -> None:
        for number in self._actors.idle:
            if self._queue:
                self._assign(number, self._queue.popleft())

    def _assign(self, number: int, job: _Job) -> None:
        job.attempts += 1
        job.started = time.monotonic()
        self._jobs[number] = job
        self._actors.call(number, "evaluate", job.trial.text, job.trial.seed, self._timeout_s, job.trial.threshold)

    def _take(self, event: ActorEvent) -> Finished | None:
        job = self._jobs.pop(event.number, None)
        if isinstance(event, Raised):  # the evaluator catches what a candidate raises: the worker itself is unwell
            self._actors.replace(event.number)
        if isinstance(event, Raised | Died):
            return self._retry(event, job)
        return job.finished(event.value) if job and isinstance(event, Returned) else None

    def _retry(self, event: Raised | Died, job: _Job | None) -> Finished | None:
        """Try the trial of a dead worker again before all others, up to ``MAX_ATTEMPTS`` times."""
        name = self._actors.name(event.number)
        if isinstance(event, Died) and event.failed_starts >= MAX_ATTEMPTS:
            raise WorkerStartError(f"worker {name} cannot start: {event.error}") from event.error
        if job is None:
            return None
        if job.attempts < MAX_ATTEMPTS:
            self._queue.appendleft(job)
            return None
        return job.finished(Outcome(Status.LOST, error=died_too_often(job.attempts, event.error), worker=name))

    def _kill_overdue(self, number: int) -> Finished | None:
        if self._timeout_s is None or time.monotonic() - self._jobs[number].started < self._timeout_s + TIMEOUT_GRACE_S:
            return None
        self._actors.replace(number)
        reason = f"ran {TIMEOUT_GRACE_S:g} s past its time-out of {self._timeout_s:g} s; its worker was killed"
        outcome = Outcome(Status.TIMED_OUT, error=reason, worker=self._actors.name(number))
        return self._jobs.pop(number).finished(outcome)
