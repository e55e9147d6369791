"""Ray actors that train supernets, one each; one that dies is replaced and goes on from its last checkpoint.

Times are seconds.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.differentiable.config import threads_of
from evo.differentiable.gradient_run import Restore, Told
from evo.differentiable.supernet_worker import SupernetWorker
from evo.engine.evaluator import failure_status
from evo.engine.resilient_actors import (
    MAX_ATTEMPTS,
    ActorEvent,
    ActorKind,
    Died,
    Raised,
    ResilientActors,
    Returned,
    died_too_often,
    last_words,
    share,
)
from evo.engine.worker_output import drop_empty
from evo.records.config import SearchConfig
from evo.records.resources import Resources
from evo.records.trial import Status

PATIENT: dict[str, Any] = {"env_vars": {"OMP_WAIT_POLICY": "PASSIVE"}}
"""Threads that wait sleep: where another process has one of the cores, spinning makes an epoch 20 times slower."""


class SupernetPool:
    """As many supernets in training as there are workers."""

    def __init__(
        self,
        config: SearchConfig,
        run_name: str,
        resources: Resources,
        restore: Restore,
        *,
        objects: Mapping[str, object] | None = None,
        output: Path | None = None,
    ) -> None:
        """Start nothing yet; resources: how many supernets, and the share of a GPU that each holds.

        objects: the caller's own plug-ins, by axis; output: file for what is printed in the workers
        Raises UsageError where a plug-in cannot be sent to them.
        """
        sent = {"config": config.to_json(), "objects": share(objects), "output": output}
        kind = ActorKind(
            SupernetWorker,
            "supernet",
            lambda seed, name: {**sent, "seed": seed, "name": name, "content": restore(seed)},
            cpus=threads_of(config),
            gpus=resources.gpus_each,
            runtime_env=PATIENT,
        )
        self._actors, self._workers = ResilientActors(run_name, kind), resources.workers
        self._output = output
        self._attempts: dict[int, int] = {}  # of every seed in training

    @property
    def free(self) -> int:
        """How many more seeds may start."""
        return self._workers - len(self._actors)

    def start(self, seed: int) -> None:
        """Begin with a seed, or go on with it from its checkpoint; its first epoch follows by itself."""
        self._attempts[seed] = 1
        self._actors.start(seed)

    def go_on(self, seed: int) -> None:
        """Train for another epoch."""
        self._actors.call(seed, "epoch")

    def release(self, seed: int) -> None:
        """End the actor of a seed."""
        self._actors.release(seed)

    def wait(self, timeout_s: float) -> list[Told]:
        """Return the epochs that ended since the last call, waiting at most ``timeout_s`` for the first.

        Raises WorkerStartError where an actor cannot be made.
        """
        told = [self._take(event) for event in self._actors.wait(timeout_s)]
        return [one for one in told if one is not None]

    def close(self) -> None:
        """End all actors."""
        self._actors.close()
        drop_empty(self._output)

    def _take(self, event: ActorEvent) -> Told | None:
        seed, attempts = event.number, self._attempts[event.number]
        if isinstance(event, Returned):
            return Told(seed, attempts, event.value)
        if isinstance(event, Raised):
            return Told(seed, attempts, status=failure_status(event.error), error=last_words(event.error))
        if not isinstance(event, Died):
            self.go_on(seed)
            return None
        if attempts >= MAX_ATTEMPTS:
            return Told(seed, attempts, status=Status.LOST, error=died_too_often(attempts, event.error))
        self._attempts[seed] += 1
        return None
