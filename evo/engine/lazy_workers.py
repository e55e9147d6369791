"""Workers that are started once there is something to score."""

from collections.abc import Callable, Sequence

from evo.engine.worker_pool import WorkerPool
from evo.records.pool_state import PoolState
from evo.records.trial import Finished, Trial


class LazyWorkers:
    """A pool that its first trial starts: where all scores are known already, none is."""

    def __init__(self, start: Callable[[], WorkerPool]) -> None:
        """Start nothing yet."""
        self._start = start
        self._pool: WorkerPool | None = None

    def submit(self, trial: Trial) -> None:
        """Queue a trial."""
        if self._pool is None:
            self._pool = self._start()
        self._pool.submit(trial)

    def wait(self, timeout_s: float) -> Sequence[Finished]:
        """Return the trials finished since the last call."""
        return [] if self._pool is None else self._pool.wait(timeout_s)

    def cancel_queued(self) -> list[Trial]:
        """Forget the trials that have not started, and return them."""
        return [] if self._pool is None else self._pool.cancel_queued()

    def state(self) -> PoolState:
        """Return what those that were started are doing, zeros before that."""
        return PoolState() if self._pool is None else self._pool.state()

    def close(self) -> None:
        """Give back what was started."""
        if self._pool is not None:
            self._pool.close()
