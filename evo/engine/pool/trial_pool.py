"""Hands trials to workers and takes their answers, whatever becomes of the workers: every trial is returned once.

A worker that dies may have died of the trial that it was at, which is tried up to ``MAX_ATTEMPTS`` times; one that was
told to go, or gave no sign of life any more, has not. A trial that is overdue is run once more elsewhere while its
worker goes on, and the first answer counts: both compute the same.

Times are seconds of a clock that never goes back; memory is bytes.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ray.exceptions import RayError

from evo.engine.pool.actor_events import ActorEvent, Died, GaveUp, Raised, Returned
from evo.engine.pool.assignments import Assignments
from evo.engine.pool.batches import are_short, batch_size, task_name
from evo.engine.pool.death_causes import given_up, wanted_memory, was_told_to_go
from evo.engine.pool.deaths import MAX_ATTEMPTS
from evo.engine.pool.durations import Durations
from evo.engine.pool.jobs import Assignment, Job
from evo.engine.pool.memory_limit import MemoryLimit
from evo.engine.pool.overdue import Lateness, lateness
from evo.engine.pool.pulses import Pulses
from evo.engine.pool.resilient_actors import ResilientActors
from evo.engine.pool.stalls import Stall
from evo.records.pool_state import PoolState, RunningTrial, longest_of
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.records.worker_care import WorkerCare
from evo.records.worker_report import WorkerReport

logger = logging.getLogger(__name__)

TIMEOUT_GRACE_S = 5.0
"""How long a worker may overrun a time-out before it is killed."""
MOST_EXCUSED = 16
"""Workers that may go away without a trial's being blamed: one that sends its own worker away is, then."""


@dataclass(frozen=True)
class TrialRules:
    """How trials are run; timeout_s: seconds that one may take, None for any; care: what is done about workers."""

    timeout_s: float | None = None
    care: WorkerCare = field(default_factory=WorkerCare)


class TrialPool:
    """Trials on the places of ``ResilientActors``."""

    def __init__(
        self,
        actors: ResilientActors,
        pulses: Pulses,
        rules: TrialRules,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take actors that are starting, and what is heard of them."""
        self._actors, self._pulses, self._rules, self._clock = actors, pulses, rules, clock
        self._assigned, self._durations = Assignments(), Durations()
        self._closed: set[int] = set()  # places that are no more, of which other events may still be taken
        self._stall, self._memory = Stall(clock()), MemoryLimit(rules.care.memory_bytes)

    def submit(self, trial: Trial) -> None:
        """Queue a trial; short ones start when they are waited for, as several of them travel together."""
        self._assigned.add(trial, self._clock())
        if not are_short(self._durations.usual()):
            self._dispatch()

    def cancel_queued(self) -> list[Trial]:
        """Forget the trials that have not started, and return them."""
        return self._assigned.cancel()

    def wait(self, timeout_s: float) -> list[Finished]:
        """Return what finished; raises WorkerStartError where a worker cannot be made."""
        self._dispatch()
        events = self._actors.wait(timeout_s)
        self._closed = {event.number for event in events if isinstance(event, GaveUp)}
        answered = [self._take(event) for event in events]
        ended = [self._check(batch) for batch in list(self._assigned.batches.values())]
        self._free_a_place()
        self._dispatch()
        finished = [each for each in (*answered, *ended) if each is not None]
        self._notice_stall(moved=bool(finished))
        return finished

    def state(self) -> PoolState:
        """Return what workers and trials are doing."""
        assigned = self._assigned
        running = longest_of(map(self._running, self._at_work()))
        return replace(
            self._actors.state(),
            queued=assigned.waiting,
            in_flight=len(assigned.in_hands),
            idle=len(self._actors.idle),
            oldest_trial=running[0].trial_id if running else None,
            oldest_s=running[0].seconds if running else 0.0,
            running=running,
            begun_again=assigned.begun_again,
        )

    def close(self) -> None:
        """Kill every worker, and then forget what they said, as those that live beat again."""
        try:
            self._actors.close()
        finally:
            self._pulses.close()

    def _dispatch(self) -> None:
        for number in self._actors.idle:
            if self._pulses.is_silent(number):
                self._replace(number)
            elif self._assigned.waiting:
                self._send(number)

    def _send(self, number: int) -> None:
        workers = self._actors.state().up
        most = batch_size(self._durations.usual(), self._assigned.waiting, workers) if self._actors.may_stream else 1
        batch = self._assigned.give(number, most, self._clock())
        batch.pulse, batch.node = self._pulses.key(number), self._pulses.node(number)
        batch.kills = self._pulses.heard_kills(batch.node)
        asked = [(job.trial.text, job.trial.seed, job.trial.threshold) for job in batch.jobs]
        rules, name = self._rules, task_name(self._durations.usual(), batch.jobs[0].trial.trial_id)
        screen = batch.jobs[0].trial.screen
        if screen is not None:
            self._actors.call(number, "screen", *asked[0][:2], rules.timeout_s, screen, name=name)
        elif len(asked) == 1:
            text, seed, threshold = asked[0]
            self._actors.call(number, "evaluate", text, seed, rules.timeout_s, threshold, name=name)
        else:
            limits = (rules.timeout_s, rules.care.memory_bytes)
            self._actors.stream(number, "evaluate_each", asked, *limits, name=name)

    def _take(self, event: ActorEvent) -> Finished | None:
        match event:
            case Returned(number, WorkerReport() as report, last):
                finished = self._answered(number, report)
                if last:
                    self._end(number)
                return finished
            case Returned(number):
                self._end(number)
            case Raised(number, error):  # the evaluator catches what a candidate raises: the worker itself is unwell
                self._replace(number)
                return self._died(number, error)
            case Died(number, error):
                return self._died(number, error)
            case GaveUp(number):
                self._assigned.drop(number)
        return None

    def _answered(self, number: int, report: WorkerReport) -> Finished | None:
        batch = self._assigned.batches.get(number)
        was_silent = batch is not None and (batch.silent or self._pulses.is_silent(number))
        job = self._assigned.answered(number, self._clock())
        if batch is None or job is None:
            return None
        if was_silent:
            self._pulses.bear_with(number)
        self._memory.note(number, report.resident_bytes)
        late = report.outcome.status is Status.TIMED_OUT and self._assigned.is_elsewhere(job, batch)
        if job.done or late:  # a slow machine makes no time-out where another one is at it
            return None
        if job.trial.screen is None:
            self._durations.add(job.trial, report.outcome)
        return self._finish(job, report.outcome, attempts=job.deaths + 1)

    def _finish(self, job: Job, outcome: Outcome, *, attempts: int) -> Finished:
        """Hand a trial back; a worker that is late with it is replaced, another one that is at it may end."""
        for batch in self._assigned.settle(job):
            if batch.late:
                self._abandon(batch)
        return job.finished(outcome, attempts=attempts)

    def _end(self, number: int) -> None:
        """Note that a worker has nothing in hand; one that has grown too large is replaced."""
        self._assigned.drop(number)
        if self._memory.is_exceeded(number, self._actors.name(number)):
            self._replace(number)

    def _replace(self, number: int) -> None:
        if number not in self._closed:
            self._actors.replace(number)

    def _abandon(self, batch: Assignment) -> None:
        """Kill a worker; what it has in hand, and nobody else, waits again."""
        self._replace(batch.number)
        self._assigned.drop(batch.number)

    def _died(self, number: int, error: RayError) -> Finished | None:
        batch = self._assigned.drop(number)
        if batch is None or not batch.jobs or batch.jobs[0].done:
            return None
        job = batch.jobs[0]
        if job.excused < MOST_EXCUSED and self._is_excused(batch, error):
            job.excused += 1
            return None
        job.deaths += 1
        if job.deaths < MAX_ATTEMPTS:
            return None
        outcome = given_up(job.deaths, error, memory=self._wanted_memory(batch, error))
        return self._finish(job, replace(outcome, worker=self._actors.name(number)), attempts=job.deaths)

    def _is_excused(self, batch: Assignment, error: RayError) -> bool:
        """Return whether a worker's death cannot be its trial's fault."""
        return batch.late or was_told_to_go(error) or self._pulses.was_told_to_go(batch.pulse)

    def _wanted_memory(self, batch: Assignment, error: RayError) -> bool:
        """Return whether Ray says so, or the kernel has ended a process of that machine since the worker began."""
        kills = self._pulses.kills(batch.node)
        return wanted_memory(error) or (None not in (kills, batch.kills) and kills != batch.kills)

    def _check(self, batch: Assignment) -> Finished | None:
        """End the trial that a worker is at where it has overrun its time-out, and see whether the worker is late."""
        if self._assigned.batches.get(batch.number) is not batch:
            return None
        ran, timeout_s = self._clock() - batch.started, self._rules.timeout_s
        if batch.jobs and timeout_s is not None and ran >= timeout_s + TIMEOUT_GRACE_S:
            return self._time_out(batch, timeout_s)
        self._notice_lateness(batch, ran)
        return None

    def _notice_lateness(self, batch: Assignment, ran: float) -> None:
        silent = self._pulses.is_silent(batch.number)
        if batch.jobs:
            batch.silent = batch.silent or silent
            why = lateness(batch.jobs[0].trial, ran, self._durations, self._rules.care.overdue, silent=silent)
            if why and not batch.late:
                self._put_off(batch, why)
        elif silent:  # all is answered, and only the end of its stream is still to come
            self._abandon(batch)

    def _time_out(self, batch: Assignment, timeout_s: float) -> Finished | None:
        job = batch.jobs[0]
        settled = job.done or self._assigned.is_elsewhere(job, batch)
        self._abandon(batch)
        if settled:
            return None
        reason = f"ran {TIMEOUT_GRACE_S:g} s past its time-out of {timeout_s:g} s; its worker was killed"
        outcome = Outcome(Status.TIMED_OUT, error=reason, worker=self._actors.name(batch.number))
        return self._finish(job, outcome, attempts=job.deaths + 1)

    def _put_off(self, batch: Assignment, why: Lateness) -> None:
        """Have an overdue trial run once more; where that is not to help, let go of the worker that had it first."""
        job = batch.jobs[0]
        if job.done:
            self._abandon(batch)
        elif job.repeats < why.repeats:
            logger.warning("note: %s, %s: it is run once more elsewhere", self._whereabouts(batch), why)
            self._assigned.put_off(batch, self._clock(), silent=why is Lateness.SILENT)
        else:
            for other in self._assigned.runs(job):
                if other.late:
                    self._abandon(other)

    def _free_a_place(self) -> None:
        """Replace the worker that is late for longest where all are, and something waits."""
        late = [batch for batch in self._assigned.batches.values() if batch.late]
        if not late or not self._assigned.waiting:
            return
        state = self._actors.state()
        if not state.starting and len(late) >= state.up:
            self._abandon(min(late, key=_late_since))

    def _at_work(self) -> Iterator[Assignment]:
        return (one for one in self._assigned.batches.values() if one.jobs and not one.jobs[0].done)

    def _running(self, batch: Assignment) -> RunningTrial:
        return RunningTrial(batch.jobs[0].trial.trial_id, self._clock() - batch.started, self._worker(batch))

    def _notice_stall(self, *, moved: bool) -> None:
        now, oldest = self._clock(), min(self._at_work(), key=_started, default=None)
        if moved or oldest is None:
            self._stall.moved(now)
        elif self._stall.is_due(now, self._durations.longest()):
            timeout_s = self._rules.timeout_s
            end = "--trial-timeout would end it" if timeout_s is None else f"it may run {timeout_s:g} s"
            said = (self._stall.idle_s(now), self._whereabouts(oldest), end)
            logger.warning("note: no trial has finished for %.0f s: %s; %s", *said)

    def _whereabouts(self, batch: Assignment) -> str:
        """Return which trial a worker is at, for how long, and where."""
        node = f" (node {batch.node})" if batch.node else ""
        running = self._running(batch)
        return f"trial {running.trial_id} has run {running.seconds:.0f} s on {running.worker}{node}"

    def _worker(self, batch: Assignment) -> str:
        return self._actors.name(batch.number).rpartition("/")[2]


def _late_since(batch: Assignment) -> float:
    return batch.late_since or 0.0


def _started(batch: Assignment) -> float:
    return batch.started
