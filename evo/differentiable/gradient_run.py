"""The driver's side of a differentiable search: seeds on their way, their checkpoints, and both logs."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from evo.differentiable.config import GradientPlugins
from evo.differentiable.supernet_worker import EpochDone
from evo.engine.asked_sizes import on_images, size_limits
from evo.engine.evaluator import describe
from evo.engine.history import History
from evo.engine.observer import LiveRun, Observer
from evo.records.config import Limits, SearchConfig
from evo.records.pool_state import PoolState
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage import checkpoint
from evo.storage.checkpoint import Progress
from evo.storage.epoch_log import EpochLog
from evo.storage.run_folder import RECONSTRUCTIONS
from evo.storage.run_log import RunLog, logged_trials, read_table
from evo.storage.withdrawn_rows import withdraw
from spaces import candidate_key
from tasks.foundation.whole_files import write_bytes

POLL_S = 0.5
METRICS = ("weights_loss", "architecture_loss", "held_out_loss", "held_out_accuracy", "alpha_entropy", "skip_share")


OF_THE_PLACE = (Status.LOST, Status.OUT_OF_MEMORY)
"""How a supernet ends for want of a place, not for its own sake; it is taken up again."""

logger = logging.getLogger(__name__)

Restore = Callable[[int], bytes | None]  # a seed -> the checkpoint to go on from


@dataclass(frozen=True)
class Told:
    """What became of an epoch of a seed: what it left, or how and by which error the seed's training ended.

    attempts: workers that its training has taken by now
    """

    seed: int
    attempts: int
    done: EpochDone | None = None
    status: Status = Status.COMPLETED
    error: str | None = None


class Supernets(Protocol):
    """Supernets in training."""

    @property
    def free(self) -> int:
        """How many more seeds may start."""
        ...

    def start(self, seed: int) -> None:
        """Begin with a seed, or go on with it from its checkpoint; its first epoch follows by itself."""
        ...

    def go_on(self, seed: int) -> None:
        """Train for another epoch."""
        ...

    def release(self, seed: int) -> None:
        """End the training of a seed."""
        ...

    def turn_away(self) -> int:
        """End those that wait, for a machine, their actor or memory, and are at no epoch; returns how many."""
        ...

    def wait(self, timeout_s: float) -> list[Told]:
        """Return the epochs that ended since the last call, waiting at most ``timeout_s`` for the first."""
        ...

    def state(self) -> PoolState:
        """Return what the workers are doing."""
        ...

    def close(self) -> None:
        """End all trainings."""
        ...


class GradientRun:
    """Trains the supernets of all seeds, and logs an epoch as soon as its checkpoint is on disk.

    The trial of a seed is its place among the seeds; its candidate is derived from the trained supernet, and its
    fitness is minus the supernet's loss on held-out images.
    """

    def __init__(self, run_dir: Path, config: SearchConfig, plugins: GradientPlugins, limits: Limits) -> None:
        """Take up both logs where a former process left them; supernets that a place has cost are taken up as well.

        The row of such a one, which says why, stays until there is news of it.
        """
        self._run_dir, self._config, self._plugins, self._limits = run_dir, config, plugins, limits
        self._seeds = [config.seed + number for number in range(limits.evaluations)]
        self._sizes = size_limits(config, plugins.space, on_images(plugins.images))
        self._epochs = EpochLog(run_dir)
        self._rows = RunLog(run_dir)
        logged = {row["trial_id"]: row["status"] for row in read_table(run_dir, ["trial_id", "status"]).to_pylist()}
        self._taken_up = {config.seed + trial for trial, status in logged.items() if status in OF_THE_PLACE}
        finished = {config.seed + trial for trial in logged} - self._taken_up
        self._waiting = deque(seed for seed in self._seeds if seed not in finished)
        self._live = LiveRun(run_dir, limits.evaluations, epochs=plugins.search.epochs)
        self._observers: Sequence[Observer] = ()
        self._clock = time.monotonic()

    def _withdraw(self, seed: int) -> None:
        """Take the row of a seed that is taken up again out of the log."""
        if seed in self._taken_up:
            self._taken_up.remove(seed)
            withdraw(self._run_dir, OF_THE_PLACE, [seed - self._config.seed])
            self._rows = RunLog(self._run_dir)

    def run(self, pool: Supernets, live: LiveRun, observers: Sequence[Observer]) -> str:
        """Train until all seeds are done, time is over, or an observer stops it; returns how it ended."""
        self._live, self._observers = live, observers
        history = History(self._run_dir)
        live.replayed, live.best = len(history) - len(self._taken_up), history.best
        for observer in observers:
            observer.started(live)
        for seed in self._seeds:
            self._log_epochs(seed)
        running = 0
        while running or (self._waiting and not self._overdue()):
            running += self._start(pool)
            for told in pool.wait(POLL_S):
                running -= self._take(told, pool)
            if self._overdue():
                running -= pool.turn_away()
            live.pool = pool.state()
            for observer in observers:
                observer.tick(live)
        done = logged_trials(self._run_dir) - len(self._taken_up)
        return "completed" if done >= len(self._seeds) else "stopped"

    def restore(self, seed: int) -> bytes | None:
        """Return a seed's checkpoint."""
        return checkpoint.read(self._run_dir, seed)

    def _log_epochs(self, seed: int) -> None:
        """Log what a seed's checkpoint knows and the log does not, as where a driver was killed between the two."""
        progress = checkpoint.read_progress(self._run_dir, seed)
        for row in progress.rows:
            self._epochs.append(row, progress.alpha_names)

    def _start(self, pool: Supernets) -> int:
        """Start seeds where there is room; returns how many."""
        started = 0
        while self._waiting and pool.free and not self._overdue():
            seed = self._waiting.popleft()
            progress = checkpoint.read_progress(self._run_dir, seed)
            if seed in self._taken_up:
                logger.info("seed %d is taken up again, %s", seed, _where(progress))
            if progress.is_over(self._plugins.search.epochs):  # killed between its last epoch and its row
                self._finish(seed, progress, attempts=1)
                continue
            pool.start(seed)
            started += 1
        return started

    def _take(self, told: Told, pool: Supernets) -> bool:
        """Keep what an epoch left; returns whether that ends its seed's part of this process."""
        if told.done is None:
            pool.release(told.seed)
            self._fail(told)
            return True
        checkpoint.write(self._run_dir, told.seed, told.done.content)
        self._withdraw(told.seed)
        self._epochs.append(told.done.row, told.done.progress.alpha_names)
        if told.done.warning:
            logger.warning(told.done.warning)
        for observer in self._observers:
            observer.epoch(self._live, told.done.row)
        if told.done.progress.is_over(self._plugins.search.epochs):
            pool.release(told.seed)
            self._finish(told.seed, told.done.progress, attempts=told.attempts, images=told.done.images)
            return True
        if self._overdue():
            pool.release(told.seed)
            return True
        pool.go_on(told.seed)
        return False

    def _overdue(self) -> bool:
        minutes = self._limits.max_minutes
        late = minutes is not None and time.monotonic() - self._clock >= 60 * minutes
        return late or self._live.stopping

    def _finish(self, seed: int, progress: Progress, *, attempts: int, images: bytes = b"") -> None:
        row = progress.rows[-1 if progress.answer is None else progress.answer]
        text, sizes = progress.derived or "", self._sizes
        size = describe(self._plugins.space, self._plugins.images, text)
        metrics = {name: row[name] for name in METRICS if row[name] is not None}
        within = sizes is None or sizes.admits(text)
        outcome = Outcome(
            Status.COMPLETED if within else Status.FAILED,
            fitness=-row["held_out_loss"] if within else None,
            metrics=metrics if sizes is None else sizes.noted(metrics, text),
            error=None
            if sizes is None or within
            else f"the architecture nearest to the constraints {sizes.refusal(text)}",
            params=size.params if size else None,
            macs=size.macs if size else None,
            evaluate_s=sum(each["epoch_s"] for each in progress.rows),
            **{name: row.get(name) for name in ("worker", "node", "device", "peak_memory_bytes", "gpu")},
        )
        self._keep_images(outcome.fitness, images)
        self._log(Finished(self._trial(seed, progress), outcome, attempts=attempts))

    def _keep_images(self, fitness: float | None, images: bytes) -> None:
        """Keep what a seed's supernet makes of images where it is the best so far; one without any takes them away."""
        if fitness is None or (self._live.best is not None and fitness <= self._live.best):
            return
        path = self._run_dir / RECONSTRUCTIONS
        if images:
            write_bytes(path, images)
        else:
            path.unlink(missing_ok=True)

    def _fail(self, told: Told) -> None:
        progress = checkpoint.read_progress(self._run_dir, told.seed)
        said = [told.error]
        if told.status in OF_THE_PLACE:
            said.append(f"--resume takes it up again, {_where(progress)}")
        if told.status is Status.OUT_OF_MEMORY:
            said.append(_more_memory(divisible=not self._plugins.objective.compares_images))
        outcome = Outcome(told.status, error="; ".join(filter(None, said)) or None)
        self._log(Finished(self._trial(told.seed, progress), outcome, attempts=told.attempts))

    def _log(self, finished: Finished) -> None:
        self._withdraw(finished.trial.seed)
        before_s = self._rows.written_s
        self._rows.append(finished)
        self._rows.flush()
        self._live.log_s += self._rows.written_s - before_s
        self._live.note(finished.outcome.fitness)
        for observer in self._observers:
            observer.finished(self._live, finished)

    def _trial(self, seed: int, progress: Progress) -> Trial:
        text, space = progress.derived or "", self._plugins.space
        key = candidate_key(space, space.decode(text)) if text else ""
        return Trial(seed - self._config.seed, None, None, text, key, seed)


def _more_memory(*, divisible: bool) -> str:
    """Return what helps a supernet that finds too little memory; divisible: whether batches may be in parts."""
    parts = ", strategy.micro_batches" if divisible else ""
    return (
        "fewer side by side (a smaller --workers, a larger --gpus-per-worker) leave it more memory; "
        f"strategy.checkpointing=true{parts} or a smaller strategy.batch are another search"
    )


def _where(progress: Progress) -> str:
    """Return where a supernet goes on."""
    return f"after epoch {progress.epochs}" if progress.epochs else "from its beginning"
