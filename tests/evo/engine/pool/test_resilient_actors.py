"""Catches: an actor that dies and is not replaced, or takes the name of one that is not cleared away yet; an error of a
call taken for a death; an actor that can never start and is started for ever; a stream that loses an item, or does not
end."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import ray

from evo.engine.pool import resilient_actors
from evo.engine.pool.actor_events import ActorEvent, Died, GaveUp, Raised, Returned, Started
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.deaths import last_words
from evo.engine.pool.resilient_actors import ResilientActors
from evo.engine.pool.shared_objects import share
from evo.records.failures import WorkerStartError
from evo.records.pool_state import PoolState

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

    def task(self) -> str | None:
        return ray.get_runtime_context().get_task_name()

    def letters(self, text: str) -> Iterator[str]:
        for letter in text:
            if letter == "!":
                raise ValueError("told to")
            if letter == "x":
                os._exit(1)
            yield letter

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

    def begin(behaviour: str = "", objects: object = None, *, staffed: bool = False, **kind: Any) -> ResilientActors:
        sent = {"objects": share({"space": objects}), "behaviour": behaviour}
        pool = ResilientActors("test", ActorKind(Echo, "echo", lambda number, name: {**sent, "name": name}, **kind))
        pools.append(pool)
        if staffed:
            pool.staff(1)
        else:
            pool.start(3)
        return pool

    yield begin
    for pool in pools:
        pool.close()


def next_events(pool: ResilientActors) -> list[ActorEvent]:
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        if events := pool.wait(0.2):
            return events
    raise AssertionError("nothing happened")


def next_event(pool: ResilientActors) -> ActorEvent:
    (event,) = next_events(pool)
    return event


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


def test_an_actor_that_dies_as_it_starts_is_tried_again_after_a_rest_and_given_up(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resilient_actors, "BACK_OFF_S", 0.01)
    pool = start("dies")
    *died, end = (next_event(pool) for _ in range(4))
    assert [event.failed_starts for event in died if isinstance(event, Died)] == [1, 2, 3]
    assert isinstance(end, GaveUp)
    assert end.reason.startswith("4 in a row died as they started, last: ")
    assert (len(pool), pool.wait(0.0)) == (0, [])


def test_rests_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = []
    for failed in (1, 2, 3):
        place = SimpleNamespace(failed_starts=failed, rests_until=None, end=lambda: None)
        before = time.monotonic()
        resilient_actors._revive(place)  # type: ignore[arg-type]
        ends.append(place.rests_until - before)
    assert ends == pytest.approx([1.0, 2.0, 4.0], abs=0.1)


def test_a_pool_where_no_actor_starts_ends(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resilient_actors, "BACK_OFF_S", 0.01)
    pool = start("dies", staffed=True)
    with pytest.raises(WorkerStartError, match="worker selfnas/test/echo-0 cannot start"):
        [next_event(pool) for _ in range(4)]


def test_an_actor_that_may_not_be_where_it_is_ends_the_pool_where_there_is_no_other_node(start: Start) -> None:
    pool = start(check=lambda facts: None if facts == "fine" else "it has torch 1.0")
    with pytest.raises(WorkerStartError, match="echo-3 cannot start: it has torch"):
        next_event(pool)


def test_an_actor_that_cannot_be_made_is_said_at_once(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    pool = start("refuses")
    with pytest.raises(WorkerStartError, match="selfnas/test/echo-3 cannot start") as caught:
        next_event(pool)
    assert str(caught.value).endswith("echo-3 cannot start: ValueError: no such space")
    assert caplog.messages[0].endswith("is left out: ValueError: no such space")


def test_a_second_pool_of_the_same_run_takes_other_names(start: Start) -> None:
    first, second = start(), start()
    assert (next_event(first), next_event(second)) == (Started(3), Started(3))


def test_a_call_has_a_name_of_its_own(start: Start) -> None:
    pool = start()
    next_event(pool)
    pool.call(3, "task", name="trial 17")
    assert next_event(pool) == Returned(3, "trial 17")


def streamed(pool: ResilientActors, text: str) -> list[ActorEvent]:
    """Return the events of a stream up to the first that ends it."""
    pool.stream(3, "letters", text, name="trials 3 to 5")
    events: list[ActorEvent] = []
    while not events or (isinstance(events[-1], Returned) and not events[-1].last):
        assert pool.idle == []
        events += next_events(pool)
    return events


def test_items_of_a_stream_come_one_by_one_and_an_error_or_a_death_ends_it(start: Start) -> None:
    pool = start()
    next_event(pool)
    assert pool.may_stream
    first = Returned(3, "a", last=False)
    assert streamed(pool, "ab") == [first, Returned(3, "b", last=False), Returned(3, None)]
    assert streamed(pool, "") == [Returned(3, None)]
    *before, raised = streamed(pool, "a!b")
    assert (before, type(raised)) == ([first], Raised)
    assert pool.idle == [3]
    assert isinstance(echoed(pool, "a"), Returned)
    *before, died = streamed(pool, "axb")
    assert (before, type(died)) == ([first], Died)
    assert next_event(pool) == Started(3)
    assert streamed(pool, "a")[-1] == Returned(3, None)


def test_a_pool_says_how_many_are_up(start: Start) -> None:
    pool = start()
    assert pool.state() == PoolState(starting=1, wanted=1)
    next_event(pool)
    assert pool.state() == PoolState(up=1, wanted=1)
