"""The contract of what scores trials: workers on a cluster, or the search's own process."""

from collections.abc import Sequence
from typing import Protocol

from evo.records.pool_state import PoolState
from evo.records.trial import Finished, Trial


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

    def state(self) -> PoolState:
        """Return what its workers are doing."""
        ...

    def close(self) -> None:
        """Give back what the pool holds."""
        ...
