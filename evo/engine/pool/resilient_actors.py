"""A pool of named Ray actors, each with one call at a time; an actor that dies is replaced by another one.

The pool says what happened; its owner decides which call to make next, and how often one is worth another attempt.
Every actor is in room of its own on a machine, which is kept while the actor is replaced.

Times are seconds.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

import ray
from ray.exceptions import RayError, RayTaskError

from evo.cluster.head_watch import check_head
from evo.cluster.nodes import is_client
from evo.engine.pool.actor_events import ActorEvent, Died, Raised, Returned, Started
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.actor_place import ActorPlace
from evo.engine.pool.deaths import MAX_ATTEMPTS, last_words, raised_there
from evo.engine.pool.place_keeper import ROOM_GIVEN, PlaceKeeper
from evo.records.failures import FailedRunError, WorkerStartError
from evo.records.pool_state import PoolState

BACK_OFF_S = 1.0
"""Rest after the first actor in a row that died before it was up; twice as long after each further one."""
NAP_S = 0.2
"""How long at once the pool waits while no call is in flight."""


class ResilientActors:
    """A pool of named Ray actors; its places are numbered by its owner, or made by ``staff``."""

    def __init__(self, run_name: str, kind: ActorKind) -> None:
        """Start nothing yet."""
        self._kind = kind
        pool = uuid4().hex[:8]  # keeps names free of a predecessor's that are not cleared away yet
        self._keeper = PlaceKeeper(run_name, kind, pool)
        self._places = self._keeper.places
        self._fault: FailedRunError | None = None  # to be raised once all else has been told

    @property
    def idle(self) -> list[int]:
        """The places whose actor is up and has nothing to do."""
        return [place.number for place in self._places.values() if place.idle]

    @property
    def may_stream(self) -> bool:
        """Whether ``stream`` can be called: a Ray client has no streams."""
        return not is_client()

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self._places)

    def name(self, number: int) -> str:
        """Return the full name of a place."""
        return self._keeper.name(number)

    def state(self) -> PoolState:
        """Return how many actors are up, start, and wait for room."""
        return self._keeper.state()

    def staff(self, workers: int, *, grows: bool = False) -> None:
        """Make that many places, numbered from 0, and keep them; where it grows, as many as there is room for."""
        self._keeper.staff(workers, grows=grows)

    def start(self, number: int) -> None:
        """Make a place and its actor."""
        self._keeper.open(number)

    def call(self, number: int, method: str, *arguments: Any, name: str | None = None) -> None:
        """Call a method of an idle actor; name: of the task on Ray's dashboard."""
        self._places[number].ask(method, *arguments, name=name)

    def stream(self, number: int, method: str, *arguments: Any, name: str | None = None) -> None:
        """Call a generator method of an idle actor, whose items are events of their own; see ``may_stream``."""
        self._places[number].ask_stream(method, *arguments, name=name)

    def replace(self, number: int) -> None:
        """Kill an actor, and start another one in its place."""
        self._places[number].end()
        self._places[number].begin()

    def release(self, number: int) -> None:
        """Kill an actor, and give up its place."""
        self._keeper.close(number)

    def close(self) -> None:
        """Kill every actor."""
        for number in list(self._places):
            self.release(number)

    def wait(self, timeout_s: float) -> list[ActorEvent]:
        """Return what happened since the last call, waiting at most ``timeout_s`` for the first event.

        Raises WorkerStartError where no actor can be made, and LostClusterError where the cluster's head is gone: at
        the next call, where something else has happened by then.
        """
        if self._fault is not None:
            raise self._fault
        check_head()
        closed = self._keeper.look_around(time.monotonic())
        calls = {place.call: place for place in self._places.values() if place.call is not None}
        if closed or not calls:
            if not closed and len(self.idle) < max(len(self), 1):  # e.g. all of them rest, or none has a place
                time.sleep(min(timeout_s, NAP_S))
            return list(closed)
        done, others = ray.wait(list(calls), num_returns=1, timeout=timeout_s)
        if done and others:
            done += ray.wait(others, num_returns=len(others), timeout=0)[0]
        events = list(self._gathered(calls[call] for call in done))
        if self._fault is not None and not events:
            raise self._fault
        return events

    def _gathered(self, places: Iterable[ActorPlace]) -> Iterator[ActorEvent]:
        """Give what came of the calls of these places, whatever one of them raises."""
        for place in places:
            try:
                yield from self._collect(place)
            except FailedRunError as fault:
                self._fault = self._fault or fault

    def _collect(self, place: ActorPlace) -> Iterator[ActorEvent]:
        """Give what came of the call of a place, of a stream all that has come so far."""
        yield from self._items(place) if place.streams else self._taken(place, place.call)
        if place.leaves and place.call is None and place.number in self._places:
            yield self._keeper.give_up(place, ROOM_GIVEN)

    def _items(self, place: ActorPlace) -> Iterator[ActorEvent]:
        stream = place.call
        while place.call is stream:
            try:
                item = next(stream)
            except StopIteration:
                place.answered()
                yield Returned(place.number, None)
                return
            yield from self._taken(place, item)
            if not stream.next_ready():
                return

    def _taken(self, place: ActorPlace, call: Any) -> Iterator[ActorEvent]:
        try:
            value = ray.get(call)
        except RayTaskError as error:
            place.answered()
            yield from [Raised(place.number, error)] if place.up else self._refused(place, error)
        except RayError as error:
            yield from self._bury(place, error)
        else:
            yield from self._welcome(place, value) if not place.up else [self._returned(place, value)]

    def _returned(self, place: ActorPlace, value: Any) -> Returned:
        if not place.streams:
            place.answered()
        return Returned(place.number, value, last=not place.streams)

    def _welcome(self, place: ActorPlace, facts: Any) -> Iterator[ActorEvent]:
        place.answered()
        reason = self._kind.check(facts)
        if reason is None:
            place.up, place.failed_starts = True, 0
            yield Started(place.number)
            return
        yield from self._moved(place, reason, _cannot_start(place.name, reason))

    def _refused(self, place: ActorPlace, error: RayError) -> Iterator[ActorEvent]:
        """Go on without an actor whose constructor has raised an error; where others are up there, try again."""
        reason = raised_there(error)
        if self._keeper.is_up_beside(place):  # e.g. memory is short there just now
            yield self._mourned(place, error, reason)
            return
        yield from self._moved(place, reason, _cannot_start(place.name, reason))

    def _moved(self, place: ActorPlace, reason: str, error: WorkerStartError) -> Iterator[ActorEvent]:
        end = self._keeper.move(place, reason, error)
        yield from [end] if end is not None else []

    def _bury(self, place: ActorPlace, error: RayError) -> Iterator[ActorEvent]:
        place.answered()
        if not place.up and "creation task" in str(error):
            yield from self._refused(place, error)
            return
        yield self._mourned(place, error, last_words(error))

    def _mourned(self, place: ActorPlace, error: RayError, words: str) -> ActorEvent:
        """Replace a dead actor, or give its place up after too many that were never up."""
        place.failed_starts = 0 if place.up else place.failed_starts + 1
        if place.failed_starts == MAX_ATTEMPTS:
            reason = f"{MAX_ATTEMPTS} in a row died as they started, last: {words}"
            return self._keeper.give_up_starting(place, reason, _cannot_start(place.name, reason))
        _revive(place)
        return Died(place.number, error, place.failed_starts)


def _revive(place: ActorPlace) -> None:
    """Replace a dead actor, after a rest where it has not been up."""
    place.end()
    if place.failed_starts:
        place.rests_until = time.monotonic() + BACK_OFF_S * 2 ** (place.failed_starts - 1)
    elif not place.leaves:
        place.begin()


def _cannot_start(name: str, reason: str) -> WorkerStartError:
    return WorkerStartError(f"worker {name} cannot start: {reason}")
