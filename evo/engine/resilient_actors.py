"""A pool of named Ray actors, each with one call at a time; an actor that dies is replaced by another one.

The pool says what happened; its owner decides which call to make next, and how often one is worth another attempt.

Times are seconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import ray
from ray.exceptions import RayError, RayTaskError

from evo.records.failures import WorkerStartError
from tasks.foundation.errors import UsageError, first_line, last_line

MAX_ATTEMPTS = 4  # the first and three more: a dead worker is not the candidate's fault


@dataclass(frozen=True)
class Started:
    """The actor of a place is up."""

    number: int


@dataclass(frozen=True)
class Returned:
    """A call came back with a value."""

    number: int
    value: Any


@dataclass(frozen=True)
class Raised:
    """A call raised an error; its actor lives on."""

    number: int
    error: RayTaskError


@dataclass(frozen=True)
class Died:
    """An actor died and has been replaced; failed_starts: how many in a row died before they were up, this one too."""

    number: int
    error: RayError
    failed_starts: int


ActorEvent = Started | Returned | Raised | Died


@dataclass(frozen=True)
class ActorKind:
    """What the actors of a pool have in common.

    remote: class with a method ``ready``; name: of a place, e.g. ``worker``
    arguments: number and full name of a place -> keyword arguments of the class; it is called whenever an actor starts
    cpus, gpus: that each holds; runtime_env: as in Ray's options
    """

    remote: type
    name: str
    arguments: Callable[[int, str], Mapping[str, Any]]
    cpus: int = 1
    gpus: float = 0.0
    runtime_env: Mapping[str, Any] | None = None


@dataclass
class _Place:
    """One place for an actor; ``call`` is the reference of the call in flight, ``ready`` while it starts."""

    number: int
    name: str
    actor: Any = None
    call: Any = None
    up: bool = False
    generation: int = 0
    failed_starts: int = 0  # in a row


class ResilientActors:
    """A pool of named Ray actors; its places are numbered by its owner."""

    def __init__(self, run_name: str, kind: ActorKind) -> None:
        """Start nothing yet."""
        self._run_name, self._kind = run_name, kind
        self._pool = uuid4().hex[:8]  # keeps names free of a predecessor's actors that are not cleared away yet
        self._places: dict[int, _Place] = {}

    @property
    def idle(self) -> list[int]:
        """The places whose actor is up and has nothing to do."""
        return [place.number for place in self._places.values() if place.call is None]

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self._places)

    def name(self, number: int) -> str:
        """Return the full name of a place."""
        return f"selfnas/{self._run_name}/{self._kind.name}-{number}"

    def start(self, number: int) -> None:
        """Make a place and its actor."""
        self._places[number] = _Place(number, self.name(number))
        self._make_actor(self._places[number])

    def call(self, number: int, method: str, *arguments: Any) -> None:
        """Call a method of an idle actor."""
        place = self._places[number]
        place.call = getattr(place.actor, method).remote(*arguments)

    def replace(self, number: int) -> None:
        """Kill an actor, and start another one in its place."""
        ray.kill(self._places[number].actor)
        self._make_actor(self._places[number])

    def release(self, number: int) -> None:
        """Kill an actor, and give up its place."""
        ray.kill(self._places.pop(number).actor)

    def close(self) -> None:
        """Kill every actor."""
        for number in list(self._places):
            self.release(number)

    def wait(self, timeout_s: float) -> list[ActorEvent]:
        """Return what happened since the last call, waiting at most ``timeout_s`` for the first event.

        Raises WorkerStartError where an actor cannot be made.
        """
        calls = {place.call: place for place in self._places.values() if place.call is not None}
        if not calls:
            return []
        done, _ = ray.wait(list(calls), num_returns=1, timeout=timeout_s)
        return [self._collect(calls[call]) for call in done]

    def _collect(self, place: _Place) -> ActorEvent:
        call, place.call = place.call, None
        try:
            value = ray.get(call)
        except RayTaskError as error:
            if not place.up:
                raise _cannot_start(place.name, error) from error
            return Raised(place.number, error)
        except RayError as error:
            return self._bury(place, error)
        if place.up:
            return Returned(place.number, value)
        place.up, place.failed_starts = True, 0
        return Started(place.number)

    def _bury(self, place: _Place, error: RayError) -> Died:
        if not place.up and "creation task" in str(error):
            raise _cannot_start(place.name, error) from error
        place.failed_starts = 0 if place.up else place.failed_starts + 1
        self.replace(place.number)
        return Died(place.number, error, place.failed_starts)

    def _make_actor(self, place: _Place) -> None:
        kind = self._kind
        options = {"name": f"{place.name}.{self._pool}.{place.generation}", "max_restarts": 0}
        held = {"num_cpus": kind.cpus, "num_gpus": kind.gpus, "runtime_env": kind.runtime_env}
        place.actor = (
            ray.remote(kind.remote).options(**options, **held).remote(**kind.arguments(place.number, place.name))
        )
        place.generation += 1
        place.call, place.up = place.actor.ready.remote(), False


def _cannot_start(name: str, error: RayError) -> WorkerStartError:
    return WorkerStartError(f"worker {name} cannot start: {error}")


def share(objects: Mapping[str, object] | None) -> Any:
    """Return a reference to the caller's own plug-ins, which actors take as the objects, by axis.

    They are put into the object store once. Raises UsageError where Ray cannot serialise one.
    """
    check_serialisable(objects or {})
    return ray.put(dict(objects or {}))


def check_serialisable(objects: Mapping[str, object]) -> None:
    """Raise UsageError where Ray cannot serialise one of the caller's own plug-ins."""
    for axis, made in objects.items():
        try:
            ray.cloudpickle.dumps(made)  # type: ignore[no-untyped-call]
        except Exception as error:  # whatever an object's own __reduce__ raises
            raise UsageError(
                f"the object given as {axis} cannot be sent to workers ({first_line(error)}); "
                "workers=0 scores in this process"
            ) from error


def died_too_often(attempts: int, error: RayError) -> str:
    """Return the reason why nothing is tried again."""
    return f"its worker died {attempts} times, last: {last_words(error)}"


def last_words(error: RayError) -> str:
    """Return the line that says most: the last of a traceback, the first of Ray's own explanations."""
    return last_line(str(error)) if isinstance(error, RayTaskError) else first_line(error)
