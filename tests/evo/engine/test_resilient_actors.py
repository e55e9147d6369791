"""Catches: an actor that dies and is not replaced, or takes the name of one that is not cleared away yet; an error of a
call taken for a death; an actor that can never start and is started for ever; a plug-in object that does not travel."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import ray

from evo.engine.resilient_actors import (
    ActorEvent,
    ActorKind,
    Died,
    Raised,
    ResilientActors,
    Returned,
    Started,
    last_words,
    share,
)
from evo.records.failures import WorkerStartError
from tasks.foundation.errors import UsageError

PATIENCE_S = 300.0
Start = Callable[..., ResilientActors]


class Echo:
    """Repeats what it is told, raises it, or dies of it."""

    def __init__(self, name: str, objects: dict[str, object], behaviour: str = "") -> None:
        if behaviour == "refuses":
            raise ValueError("no such space")
        self._name, self._objects, self._behaviour = name, objects, behaviour

    def ready(self) -> int:
        if self._behaviour == "dies":
            os._exit(1)
        return os.getpid()

    def echo(self, text: str) -> tuple[str, str, dict[str, object]]:
        if text == "die":
            os._exit(1)
        if text == "raise":
            raise ValueError("told to")
        return text, self._name, self._objects


@pytest.fixture
def start(ray_cluster: None) -> Iterator[Start]:
    """Return a function that starts a pool with one place, number 3, which is closed after the test."""
    pools: list[ResilientActors] = []

    def begin(behaviour: str = "", objects: object = None) -> ResilientActors:
        sent = {"objects": share({"space": objects}), "behaviour": behaviour}
        pools.append(ResilientActors("test", ActorKind(Echo, "echo", lambda number, name: {**sent, "name": name})))
        pools[-1].start(3)
        return pools[-1]

    yield begin
    for pool in pools:
        pool.close()


def next_event(pool: ResilientActors) -> ActorEvent:
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        if events := pool.wait(0.2):
            return events[0]
    raise AssertionError("nothing happened")


def echoed(pool: ResilientActors, text: str) -> ActorEvent:
    pool.call(3, "echo", text)
    return next_event(pool)


def test_a_call_comes_back_with_what_the_actor_was_made_of(start: Start) -> None:
    pool = start(objects=["mine"])
    assert (pool.idle, len(pool)) == ([], 1)
    assert next_event(pool) == Started(3)
    assert pool.idle == [3]
    assert echoed(pool, "a") == Returned(3, ("a", "selfnas/test/echo-3", {"space": ["mine"]}))
    pool.release(3)
    assert (len(pool), pool.wait(0.0)) == (0, [])


def test_an_error_of_a_call_leaves_the_actor_alive(start: Start) -> None:
    pool = start()
    next_event(pool)
    process = ray.get(pool._places[3].actor.ready.remote())
    raised = echoed(pool, "raise")
    assert isinstance(raised, Raised)
    assert last_words(raised.error) == "ValueError: told to"
    assert ray.get(pool._places[3].actor.ready.remote()) == process
    assert isinstance(echoed(pool, "a"), Returned)


def test_an_actor_that_dies_in_a_call_or_idle_is_replaced(start: Start) -> None:
    pool = start()
    next_event(pool)
    died = echoed(pool, "die")
    assert isinstance(died, Died)
    assert died.failed_starts == 0
    assert next_event(pool) == Started(3)
    os.kill(ray.get(pool._places[3].actor.ready.remote()), signal.SIGKILL)
    assert isinstance(echoed(pool, "a"), Died)
    assert next_event(pool) == Started(3)
    assert isinstance(echoed(pool, "a"), Returned)


def test_deaths_before_an_actor_is_up_are_counted(start: Start) -> None:
    pool = start("dies")
    counts = [event.failed_starts for event in (next_event(pool), next_event(pool)) if isinstance(event, Died)]
    assert counts == [1, 2]


def test_an_actor_that_cannot_be_made_is_said_at_once(start: Start) -> None:
    pool = start("refuses")
    with pytest.raises(WorkerStartError, match="selfnas/test/echo-3 cannot start") as caught:
        next_event(pool)
    assert "no such space" in str(caught.value)


def test_a_second_pool_of_the_same_run_takes_other_names(start: Start) -> None:
    first, second = start(), start()
    assert (next_event(first), next_event(second)) == (Started(3), Started(3))


def test_an_object_that_cannot_travel_is_one_line(ray_cluster: None) -> None:
    with pytest.raises(UsageError, match="the object given as fitness cannot be sent to workers") as caught:
        share({"fitness": threading.Lock()})
    assert "\n" not in str(caught.value)
