"""Which trials wait, and which are in whose hands: the books of a pool, without workers and without a clock.

A job may be in several hands at once: where its worker is late it is given to another one as well. The first answer
counts; whatever comes later finds it done. Times are seconds.
"""

from collections import deque
from collections.abc import Iterable

from evo.engine.pool.jobs import Assignment, Job
from evo.records.trial import Trial


class Assignments:
    """The queue, and one batch for every worker that has something to do."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._queue: deque[Job] = deque()
        self.batches: dict[int, Assignment] = {}
        self.begun_again = 0
        """How many times a worker began with a trial that another one had begun with."""

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self._queue)

    @property
    def in_hands(self) -> set[Job]:
        """The jobs that workers have, and that are not done."""
        return {job for batch in self.batches.values() for job in batch.jobs if not job.done}

    def add(self, trial: Trial, now: float) -> None:
        """Let a trial wait, behind all others; a cheap score before them."""
        add = self._queue.append if trial.screen is None else self._queue.appendleft
        add(Job(trial, now, waits=True))

    def cancel(self) -> list[Trial]:
        """Take back what waits and is in nobody's hands, and return it."""
        held = self.in_hands
        gone = [job for job in self._queue if job not in held]
        self._queue = deque(job for job in self._queue if job in held)
        for job in gone:
            job.waits, job.done = False, True
        return [job.trial for job in gone]

    def give(self, number: int, most: int, now: float) -> Assignment:
        """Take up to ``most`` jobs, one at least, from the front of the queue into the hands of a worker."""
        jobs = deque([self._queue.popleft()])
        while len(jobs) < most and self._queue and not (jobs[0].travels_alone or self._queue[0].travels_alone):
            jobs.append(self._queue.popleft())
        for job in jobs:
            job.waits = False
        batch = self.batches[number] = Assignment(number, jobs, now)
        self._begin(batch, now)
        return batch

    def answered(self, number: int, now: float) -> Job | None:
        """Return the job whose answer a worker has sent, and let the worker begin with its next one.

        None where the worker has no job: its answers are no longer waited for.
        """
        batch = self.batches.get(number)
        if batch is None or not batch.jobs:
            return None
        job = batch.jobs.popleft()
        batch.late_since, batch.silent = None, False
        self._begin(batch, now)
        return job

    def settle(self, job: Job) -> list[Assignment]:
        """Note that a job is done; returns the batches whose workers are still at it."""
        job.done = True
        self._drop_waiting(job)
        return self.runs(job)

    def runs(self, job: Job) -> list[Assignment]:
        """Return the batches whose worker is at the job right now."""
        return [batch for batch in self.batches.values() if batch.jobs and batch.jobs[0] is job]

    def is_elsewhere(self, job: Job, than: Assignment) -> bool:
        """Return whether a job waits, or is in the hands of another worker that is not late."""
        others = (batch for batch in self.batches.values() if batch is not than and not batch.late)
        return job.waits or any(job in batch.jobs for batch in others)

    def put_off(self, batch: Assignment, now: float, *, silent: bool) -> None:
        """Note that a worker is late, and let all that it has wait for other workers as well, before all others."""
        batch.late_since, batch.silent = now, silent
        batch.jobs[0].repeats += 1
        self._put_back(batch)

    def drop(self, number: int) -> Assignment | None:
        """Take a worker's batch out of its hands; what is neither done nor elsewhere waits before all others."""
        batch = self.batches.pop(number, None)
        if batch is not None:
            self._put_back(batch)
        return batch

    def _put_back(self, batch: Assignment) -> None:
        self._return(job for job in batch.jobs if not job.done and not self.is_elsewhere(job, batch))

    def _return(self, jobs: Iterable[Job]) -> None:
        back = list(jobs)
        for job in back:
            job.waits = True
        self._queue.extendleft(reversed(back))

    def _drop_waiting(self, job: Job) -> None:
        if job.waits:
            self._queue.remove(job)
            job.waits = False

    def _begin(self, batch: Assignment, now: float) -> None:
        batch.started = now
        if batch.jobs:
            first = batch.jobs[0]
            self.begun_again += first.began is not None
            first.began = now
