"""Ray actors that train supernets, one each; one that dies is replaced and goes on from its last checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from evo.differentiable.config import threads_of
from evo.differentiable.supernet_worker import EpochDone, SupernetWorker
from evo.engine.cluster import Resources
from evo.engine.evaluator import failure_status
from evo.engine.workers import MAX_ATTEMPTS, WorkerStartError, last_words
from evo.records.config import SearchConfig
from evo.records.trial import Status

Restore = Callable[[int], bytes | None]  # a seed -> the checkpoint to go on from


PATIENT: dict[str, Any] = {"runtime_env": {"env_vars": {"OMP_WAIT_POLICY": "PASSIVE"}}}
"""Threads that wait sleep: where another process has one of the cores, spinning makes an epoch 20 times slower."""


@dataclass(frozen=True)
class Told:
    """What became of an epoch of a seed: what it left, or how and by which error the seed's training ended.

    attempts: actors that its training has taken by now.
    """

    seed: int
    attempts: int
    done: EpochDone | None = None
    status: Status = Status.COMPLETED
    error: str | None = None


@dataclass
class _Place:
    """An actor, and what it is doing: ``call`` is the reference of ``ready`` or ``epoch``."""

    seed: int
    actor: Any
    call: Any
    ready: bool = False
    attempts: int = 1


class SupernetPool:
    """As many supernets in training as there are places."""

    def __init__(self, config: SearchConfig, run_name: str, resources: Resources, restore: Restore) -> None:
        """Start nothing yet; resources: places, and the share of a GPU that each holds."""
        self._config, self._run_name, self._resources, self._restore = config, run_name, resources, restore
        self._places: dict[int, _Place] = {}

    @property
    def free(self) -> int:
        """How many more seeds may start."""
        return self._resources.workers - len(self._places)

    def start(self, seed: int) -> None:
        """Begin with a seed, or go on with it from its checkpoint; its first epoch follows by itself."""
        actor = self._actor(seed, 1)
        self._places[seed] = _Place(seed, actor, actor.ready.remote())

    def go_on(self, seed: int) -> None:
        """Train for another epoch."""
        place = self._places[seed]
        place.call = place.actor.epoch.remote()

    def release(self, seed: int) -> None:
        """End the actor of a seed."""
        ray.kill(self._places.pop(seed).actor)

    def wait(self, timeout_s: float) -> list[Told]:
        """Return the epochs that ended since the last call, waiting at most ``timeout_s`` for the first.

        Raises WorkerStartError where an actor cannot be made.
        """
        calls = {place.call: place for place in self._places.values() if place.call is not None}
        if not calls:
            return []
        done, _ = ray.wait(list(calls), num_returns=1, timeout=timeout_s)
        told = [self._collect(calls[call]) for call in done]
        return [one for one in told if one is not None]

    def close(self) -> None:
        """End all actors."""
        for seed in list(self._places):
            self.release(seed)

    def _collect(self, place: _Place) -> Told | None:
        call, place.call = place.call, None
        try:
            result = ray.get(call)
        except RayTaskError as error:
            if not place.ready:
                raise WorkerStartError(f"the supernet of seed {place.seed} cannot be built: {error}") from error
            return Told(place.seed, place.attempts, status=failure_status(error), error=last_words(error))
        except RayError as error:
            return self._bury(place, error)
        if place.ready:
            return Told(place.seed, place.attempts, result)
        place.ready = True
        self.go_on(place.seed)
        return None

    def _bury(self, place: _Place, error: RayError) -> Told | None:
        if "creation task" in str(error):
            raise WorkerStartError(f"the supernet of seed {place.seed} cannot be built: {error}") from error
        if place.attempts >= MAX_ATTEMPTS:
            reason = f"its worker died {place.attempts} times, last: {last_words(error)}"
            return Told(place.seed, place.attempts, status=Status.LOST, error=reason)
        ray.kill(place.actor)
        place.attempts += 1
        place.actor, place.ready = self._actor(place.seed, place.attempts), False
        place.call = place.actor.ready.remote()
        return None

    def _actor(self, seed: int, attempt: int) -> Any:
        name = f"selfnas/{self._run_name}/supernet-{seed}"
        held = {"num_cpus": threads_of(self._config), "num_gpus": self._resources.gpus_each}
        options = {"name": f"{name}.{_unique()}.{attempt}", "max_restarts": 0, **held, **PATIENT}
        actor = ray.remote(SupernetWorker).options(**options)
        return actor.remote(self._config.to_json(), seed, name=name, content=self._restore(seed))


def _unique() -> str:
    """Return what keeps an actor's name free of a former driver's actor that is not cleared away yet."""
    return ray.get_runtime_context().get_job_id()
