"""Supernets trained in this process, one after the other, without Ray."""

from collections import deque
from collections.abc import Mapping

from evo.differentiable.gradient_run import Restore, Told
from evo.differentiable.supernet_worker import SupernetWorker
from evo.engine.evaluator import failure_status
from evo.engine.plugins import NO_OBJECTS
from evo.records.config import SearchConfig
from evo.records.failures import WorkerStartError
from evo.records.pool_state import PoolState
from fitness import wants_memory
from tasks.foundation.errors import last_line


class InlineSupernets:
    """One supernet at a time, trained in this process, without Ray: every ``wait`` is an epoch."""

    def __init__(self, config: SearchConfig, restore: Restore, *, objects: Mapping[str, object] = NO_OBJECTS) -> None:
        """Build nothing yet."""
        self._config, self._restore, self._objects = config, restore, objects
        self._workers: dict[int, SupernetWorker] = {}
        self._without_room: dict[int, Exception] = {}  # seed -> what said that there is no memory to build it in
        self._due: deque[int] = deque()

    @property
    def free(self) -> int:
        """Whether a seed may start."""
        return 1 - len(self._workers) - len(self._without_room)

    def start(self, seed: int) -> None:
        """Build a seed's supernet; raises WorkerStartError where it cannot be built."""
        content = self._restore(seed)
        try:
            self._workers[seed] = SupernetWorker(
                self._config.to_json(), seed, name="local", content=content, objects=self._objects
            )
        except Exception as error:  # a plug-in may raise anything
            if not wants_memory(error):
                raise WorkerStartError(f"the supernet of seed {seed} cannot be built: {error}") from error
            self._without_room[seed] = error
        self.go_on(seed)

    def go_on(self, seed: int) -> None:
        """Train for another epoch at the next ``wait``."""
        self._due.append(seed)

    def release(self, seed: int) -> None:
        """Let go of a seed's supernet."""
        self._workers.pop(seed, None)
        self._without_room.pop(seed, None)

    def turn_away(self) -> int:
        """Return that none waits for room."""
        return 0

    def state(self) -> PoolState:
        """Return that there are no workers."""
        return PoolState()

    def wait(self, timeout_s: float) -> list[Told]:
        """Train for one epoch, however long it takes."""
        if not self._due:
            return []
        seed = self._due.popleft()
        if seed in self._without_room:
            return [_ended(seed, self._without_room[seed])]
        try:
            return [Told(seed, 1, self._workers[seed].epoch())]
        except Exception as error:  # one seed's failure, as in a worker
            return [_ended(seed, error)]

    def close(self) -> None:
        """Let go of everything."""
        self._workers.clear()
        self._without_room.clear()


def _ended(seed: int, error: Exception) -> Told:
    return Told(seed, 1, status=failure_status(error), error=f"{type(error).__name__}: {last_line(str(error))}")
