"""Ray actors that train supernets, one each; one that dies is replaced and goes on from its last checkpoint.

Times are seconds.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from evo.differentiable.config import threads_of
from evo.differentiable.gpu_admission import GpuAdmission, GpuMemory
from evo.differentiable.gradient_run import Restore, Told
from evo.differentiable.supernet_actor import SupernetActor
from evo.engine import worker_output
from evo.engine.evaluator import failure_status
from evo.engine.pool.actor_events import ActorEvent, Died, GaveUp, Raised, Returned
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.death_causes import wanted_memory, was_told_to_go
from evo.engine.pool.deaths import MAX_ATTEMPTS, last_words
from evo.engine.pool.driver_side import DriverSide
from evo.engine.pool.memory_limit import GIB
from evo.engine.pool.resilient_actors import ResilientActors
from evo.engine.pool.shared_objects import share
from evo.engine.pool.trial_pool import MOST_EXCUSED
from evo.records.config import SearchConfig
from evo.records.failures import WorkerStartError
from evo.records.pool_state import PoolState
from evo.records.resources import Resources
from evo.records.trial import Status

logger = logging.getLogger(__name__)

PATIENT: dict[str, Any] = {"env_vars": {"OMP_WAIT_POLICY": "PASSIVE"}}
"""Threads that wait sleep: where another process has one of the cores, spinning makes an epoch 20 times slower."""


class _Step(StrEnum):
    """What an actor is asked for, by the name of its method."""

    MEMORY = "gpu_memory"
    BUILD = "build"
    EPOCH = "epoch"


class SupernetPool:
    """As many supernets in training as there are workers, and as the memory of their GPUs holds."""

    def __init__(
        self,
        config: SearchConfig,
        run_dir: Path,
        resources: Resources,
        restore: Restore,
        *,
        admission: GpuAdmission,
        objects: Mapping[str, object] | None = None,
        driver: DriverSide | None = None,
    ) -> None:
        """Start nothing yet; resources: how many supernets, and the share of a GPU that each holds.

        run_dir: whose name the workers bear, and in which what they print is kept
        admission: who of them may train side by side on a GPU; objects: the caller's own plug-ins, by axis
        driver: what the workers are compared with, and sent; None: nothing
        Raises UsageError where a plug-in cannot be sent to them.
        """
        self._output = run_dir.absolute() / worker_output.NAME
        sent = {"config": config.to_json(), "objects": share(objects), "output": self._output}
        kind = ActorKind(
            SupernetActor,
            "supernet",
            lambda seed, name: {**sent, "seed": seed, "name": name, "content": restore(seed)},
            cpus=threads_of(config),
            gpus=resources.gpus_each,
            runtime_env=PATIENT,
        )
        if driver is not None:
            sent["inquiry"] = driver.inquiry
            kind = replace(kind, runtime_env={**PATIENT, **driver.runtime_env}, check=driver.check)
        self._actors, self._workers = ResilientActors(run_dir.name, kind), resources.workers
        self._admission = admission
        self._step: dict[int, _Step] = {}  # of every seed whose actor is at work
        self._attempts: dict[int, int] = {}  # workers that every seed on its way has taken
        self._deaths: dict[int, int] = {}  # of a seed's workers since its last epoch
        self._excused: dict[int, int] = {}  # of its workers since then, that were told to go
        self._placeless: set[int] = set()  # seeds whose place was closed for good

    @property
    def free(self) -> int:
        """How many more seeds may start."""
        return self._workers - len(self._actors)

    def start(self, seed: int) -> None:
        """Begin with a seed, or go on with it from its checkpoint; its first epoch follows by itself."""
        self._attempts[seed], self._deaths[seed], self._excused[seed] = 1, 0, 0
        self._actors.start(seed)

    def go_on(self, seed: int) -> None:
        """Train for another epoch."""
        self._call(seed, _Step.EPOCH)

    def release(self, seed: int) -> None:
        """End the actor of a seed, if it has one left."""
        self._step.pop(seed, None)
        self._attempts.pop(seed, None)
        if seed not in self._placeless:
            self._actors.release(seed)
        self._placeless.discard(seed)
        self._ask(self._admission.leave(seed))

    def turn_away(self) -> int:
        """End the actors of those whose supernet is neither built nor trained just now; returns how many."""
        waiting = [seed for seed in self._attempts if self._step.get(seed, _Step.MEMORY) is _Step.MEMORY]
        for seed in waiting:
            self.release(seed)
        return len(waiting)

    def wait(self, timeout_s: float) -> list[Told]:
        """Return the epochs that ended since the last call, waiting at most ``timeout_s`` for the first.

        Raises WorkerStartError where an actor, or a supernet, cannot be made.
        """
        told = [self._take(event) for event in self._actors.wait(timeout_s)]
        return [one for one in told if one is not None]

    def close(self) -> None:
        """End all actors."""
        self._actors.close()
        worker_output.drop_empty(self._output)

    def state(self) -> PoolState:
        """Return what the workers are doing."""
        waiting = sum(self._admission.is_waiting(seed) for seed in self._attempts)
        found = self._actors.state()
        return replace(found, in_flight=len(self._step), idle=waiting)

    def _take(self, event: ActorEvent) -> Told | None:
        seed, step = event.number, self._step.pop(event.number, None)
        if isinstance(event, Died):
            return self._bury(event)
        if isinstance(event, GaveUp):
            self._placeless.add(seed)
            return self._told(seed, Status.LOST, event.reason)
        if isinstance(event, Raised):
            return self._fail(event, step)
        if not isinstance(event, Returned):
            self._ask([seed])
        elif step is _Step.EPOCH:
            self._deaths[seed], self._excused[seed] = 0, 0
            self._ask(self._admission.settle(seed, event.value.gpu_bytes))
            return Told(seed, self._attempts[seed], event.value)
        elif step is _Step.BUILD:
            self.go_on(seed)
        else:
            self._let_in(seed, event.value)
        return None

    def _bury(self, event: Died) -> Told | None:
        """Let the next actor of a seed take over, unless too many have died since the last epoch."""
        seed = event.number
        self._ask(self._admission.leave(seed))
        excused = self._excused[seed] < MOST_EXCUSED and was_told_to_go(event.error)
        self._excused[seed] += excused
        self._deaths[seed] += not excused
        if self._deaths[seed] < MAX_ATTEMPTS:
            self._attempts[seed] += 1
            return None
        status = Status.OUT_OF_MEMORY if wanted_memory(event.error) else Status.LOST
        reason = (
            f"its worker died {self._deaths[seed]} times without an epoch between them, last: {last_words(event.error)}"
        )
        return self._told(seed, status, reason)

    def _fail(self, event: Raised, step: _Step | None) -> Told | None:
        """Return the end of a seed, None where it waits for room; raises WorkerStartError for one that is not built."""
        status = failure_status(event.error)
        if status is Status.OUT_OF_MEMORY and self._admission.overflow(event.number):
            self._begin_again(event.number)
            return None
        if step is not _Step.EPOCH and status is not Status.OUT_OF_MEMORY:
            name = self._actors.name(event.number)
            raise WorkerStartError(f"worker {name} cannot start: {last_words(event.error)}") from event.error
        return self._told(event.number, status, last_words(event.error))

    def _begin_again(self, seed: int) -> None:
        """Give back the memory of a seed's actor; the next one goes on from the last checkpoint where there is room."""
        logger.info("seed %d found too little GPU memory beside others, and goes on once there is room", seed)
        self._attempts[seed] += 1
        self._actors.replace(seed)
        self._ask(self._admission.leave(seed))

    def _told(self, seed: int, status: Status, reason: str) -> Told:
        return Told(seed, self._attempts[seed], status=status, error=reason)

    def _ask(self, seeds: Sequence[int]) -> None:
        """Ask the actors of seeds for the memory of their GPUs, by which they are let in or wait."""
        for seed in seeds:
            self._admission.ask(seed)
            self._call(seed, _Step.MEMORY)

    def _let_in(self, seed: int, memory: GpuMemory | None) -> None:
        waited = self._admission.is_waiting(seed)
        if self._admission.enter(seed, memory):
            self._call(seed, _Step.BUILD)
        elif memory is not None and not waited:
            logger.info(
                "seed %d waits: it takes about %.1f GiB of GPU memory, and %.1f GiB are free on %s",
                *(seed, self._admission.needed / GIB, memory.free / GIB, memory.gpu),
            )

    def _call(self, seed: int, step: _Step) -> None:
        self._step[seed] = step
        self._actors.call(seed, step, name=f"seed {seed}: {step}")
