"""The driver's side of a search by gradient: seeds on their way, their checkpoints, and both logs."""

import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from evo.differentiable.config import GradientPlugins
from evo.differentiable.epoch_listeners import Listener
from evo.differentiable.supernet_pool import SupernetPool, Told
from evo.engine.evaluator import describe
from evo.engine.search import Observer
from evo.records.config import Limits, SearchConfig
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage import checkpoint
from evo.storage.checkpoint import Progress
from evo.storage.epoch_log import EpochLog
from evo.storage.run_log import RunLog, logged_trials, read_table
from spaces import candidate_key

POLL_S = 0.5
METRICS = ("weights_loss", "architecture_loss", "held_out_loss", "held_out_accuracy", "alpha_entropy", "skip_share")


class GradientRun:
    """Trains the supernets of all seeds, and logs an epoch as soon as its checkpoint is on disk.

    The trial of a seed is its place among the seeds; its candidate is derived of the trained supernet, and its fitness
    is minus the supernet's loss on held-out pictures.
    """

    def __init__(self, run_dir: Path, config: SearchConfig, plugins: GradientPlugins, limits: Limits) -> None:
        """Take up both logs where a former process left them."""
        self._run_dir, self._config, self._plugins, self._limits = run_dir, config, plugins, limits
        self._seeds = [config.seed + number for number in range(limits.evaluations)]
        self._epochs, self._rows = EpochLog(run_dir), RunLog(run_dir)
        finished = set(read_table(run_dir, ["trial_id"])["trial_id"].to_pylist())
        self._waiting = deque(seed for seed in self._seeds if seed - config.seed not in finished)
        self._observers: Sequence[Observer] = ()
        self._listeners: Sequence[Listener] = ()
        self._clock = time.monotonic()

    def run(self, pool: SupernetPool, observers: Sequence[Observer], listeners: Sequence[Listener]) -> str:
        """Train until all seeds are done or time is over; returns which: completed or stopped.

        Observers are told of seeds, listeners of epochs.
        """
        self._observers, self._listeners = observers, listeners
        for observer in observers:
            observer.started(logged_trials(self._run_dir), len(self._seeds), None)
        for seed in self._seeds:
            self._log_epochs(seed)
        running = 0
        while running or (self._waiting and not self._overdue()):
            running += self._start(pool)
            for told in pool.wait(POLL_S):
                running -= self._take(told, pool)
            for observer in observers:
                observer.tick()
        return "completed" if logged_trials(self._run_dir) >= len(self._seeds) else "stopped"

    def restore(self, seed: int) -> bytes | None:
        """Return a seed's checkpoint."""
        return checkpoint.read(self._run_dir, seed)

    def _log_epochs(self, seed: int) -> None:
        """Log what a seed's checkpoint knows and the log does not, as where a driver was killed between the two."""
        for row in checkpoint.read_progress(self._run_dir, seed).rows:
            self._epochs.append(row)

    def _start(self, pool: SupernetPool) -> int:
        """Start seeds where there is room; returns how many."""
        started = 0
        while self._waiting and pool.free and not self._overdue():
            seed = self._waiting.popleft()
            progress = checkpoint.read_progress(self._run_dir, seed)
            if progress.is_over(self._plugins.search.epochs):  # killed between its last epoch and its row
                self._finish(seed, progress, attempts=1)
                continue
            pool.start(seed)
            started += 1
        return started

    def _take(self, told: Told, pool: SupernetPool) -> bool:
        """Keep what an epoch left; returns whether that ends its seed's part of this process."""
        if told.done is None:
            pool.release(told.seed)
            self._fail(told)
            return True
        checkpoint.write(self._run_dir, told.seed, told.done.content)
        self._epochs.append(told.done.row)
        for listener in self._listeners:
            listener(told.done.row)
        if told.done.progress.is_over(self._plugins.search.epochs):
            pool.release(told.seed)
            self._finish(told.seed, told.done.progress, attempts=told.attempts)
            return True
        if self._overdue():
            pool.release(told.seed)
            return True
        pool.go_on(told.seed)
        return False

    def _overdue(self) -> bool:
        minutes = self._limits.max_minutes
        return minutes is not None and time.monotonic() - self._clock >= 60 * minutes

    def _finish(self, seed: int, progress: Progress, *, attempts: int) -> None:
        row = progress.rows[-1 if progress.answer is None else progress.answer]
        size = describe(self._plugins.space, self._plugins.images, progress.derived or "")
        outcome = Outcome(
            Status.COMPLETED,
            fitness=-row["held_out_loss"],
            metrics={name: row[name] for name in METRICS if row[name] is not None},
            params=size.params if size else None,
            macs=size.macs if size else None,
            evaluate_s=sum(each["epoch_s"] for each in progress.rows),
            **{name: row[name] for name in ("worker", "node", "device", "peak_memory_bytes")},
        )
        self._log(Finished(self._trial(seed, progress), outcome, attempts=attempts))

    def _fail(self, told: Told) -> None:
        progress = checkpoint.read_progress(self._run_dir, told.seed)
        outcome = Outcome(told.status, error=told.error)
        self._log(Finished(self._trial(told.seed, progress), outcome, attempts=told.attempts))

    def _log(self, finished: Finished) -> None:
        self._rows.append(finished)
        self._rows.flush()
        for observer in self._observers:
            observer.finished(finished)

    def _trial(self, seed: int, progress: Progress) -> Trial:
        text, space = progress.derived or "", self._plugins.space
        key = candidate_key(space, space.decode(text)) if text else ""
        return Trial(seed - self._config.seed, None, None, text, key, seed)
