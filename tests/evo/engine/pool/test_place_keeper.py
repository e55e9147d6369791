"""Catches: a node that joins and is not used, a pool that ends with the node that its bad actor was on, a search that
keeps everything, a broken configuration that is tried on and on. On machines that are not there."""

from collections.abc import Callable
from typing import Any

import pytest

from evo.engine.pool import actor_place, place_keeper
from evo.engine.pool.actor_events import GaveUp
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.place_keeper import NO_ROOM, ROOM_GIVEN, PlaceKeeper
from evo.engine.pool.staffing import CLOSED_S, PATIENCE_S
from evo.records.failures import WorkerStartError
from evo.records.pool_state import PoolState
from tests.evo.cluster.fake_rooms import Rooms, installed
from tests.evo.engine.pool.actors_by_hand import FakeRay

ERROR = WorkerStartError("worker selfnas/run/worker-0 cannot start: no such space")
Make = Callable[..., PlaceKeeper]


class Clock:
    """The time, which passes when it is told to."""

    now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(place_keeper, "time", made)
    monkeypatch.setattr(actor_place, "ray", FakeRay())
    return made


@pytest.fixture
def keeper(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that makes a keeper on machines."""

    def make(rooms: Rooms, **kind: Any) -> PlaceKeeper:
        installed(monkeypatch, rooms)
        return PlaceKeeper("run", ActorKind(object, "worker", lambda number, name: {}, **kind), "mine")

    return make


def later(keeper: PlaceKeeper, clock: Clock, seconds: float = 2.5) -> list[GaveUp]:
    clock.now += seconds
    return keeper.look_around(clock.now)


def all_up(keeper: PlaceKeeper) -> None:
    """Let every actor that has room be up, and at something."""
    for place in keeper.places.values():
        place.up, place.call = place.node is not None, "a trial"


def test_what_has_no_room_waits_and_is_counted(keeper: Make, clock: Clock) -> None:
    pool = keeper(Rooms(a=(2, 1)), gpus=0.5)
    pool.staff(3, grows=False)
    assert pool.name(1) == "selfnas/run/worker-1"
    assert later(pool, clock) == []
    assert pool.state() == PoolState(starting=2, waiting=1, waiting_for="GPU", wanted=3)
    all_up(pool)
    assert pool.state() == PoolState(up=2, waiting=1, waiting_for="GPU", wanted=3)


def test_nodes_that_join_are_used_and_those_that_leave_are_not_counted(keeper: Make, clock: Clock) -> None:
    rooms = Rooms(a=(2, 0))
    pool = keeper(rooms)
    pool.staff(2, grows=True)
    later(pool, clock)
    all_up(pool)
    rooms.join("b", 1)
    later(pool, clock)
    later(pool, clock)
    assert [place.node for place in pool.places.values()] == ["a", "a", "b"]
    rooms.lose("b")
    later(pool, clock)
    assert pool.state().nodes_lost == 1
    assert later(pool, clock, PATIENCE_S) == [GaveUp(2, NO_ROOM)]
    assert sorted(pool.places) == [0, 1]


def test_a_number_that_was_asked_for_waits_for_nodes(keeper: Make, clock: Clock) -> None:
    rooms = Rooms(a=(1, 0))
    pool = keeper(rooms)
    pool.staff(2, grows=False)
    later(pool, clock, 100.0)
    assert later(pool, clock, 100.0) == []
    rooms.join("b", 1)
    later(pool, clock)
    assert pool.state() == PoolState(starting=2, wanted=2)


def test_a_node_where_an_actor_cannot_be_is_left_out_and_the_actor_goes_elsewhere(
    keeper: Make, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    rooms = Rooms(a=(2, 0), b=(2, 0))
    pool = keeper(rooms)
    pool.staff(2, grows=False)
    later(pool, clock)
    bad = next(place for place in pool.places.values() if place.node == "b")
    assert pool.move(bad, "torch 1.0 there, 2.0 here", ERROR) is None
    later(pool, clock)
    assert [place.node for place in pool.places.values()] == ["a", "a"]
    assert bad.call is not None
    assert caplog.messages == ["node b is left out: torch 1.0 there, 2.0 here"]
    pool.open(7)
    later(pool, clock)
    assert pool.places[7].node is None  # though b has room


def test_a_node_where_another_actor_is_up_is_known(keeper: Make, clock: Clock) -> None:
    pool = keeper(Rooms(a=(2, 0), b=(1, 0)))
    pool.staff(4, grows=False)
    by_node = {place.node: place for place in pool.places.values() if pool.is_up_beside(place) is False}
    by_node["b"].up = True
    assert not any(pool.is_up_beside(place) for place in (by_node["a"], by_node[None]))
    next(place for place in pool.places.values() if place.node == "a" and place is not by_node["a"]).up = True
    assert (pool.is_up_beside(by_node["a"]), pool.is_up_beside(by_node[None])) == (True, False)


def test_where_no_actor_can_be_the_error_is_raised(keeper: Make, clock: Clock) -> None:
    pool = keeper(Rooms(a=(1, 0), b=(1, 0), head=(0.0001, 0)))
    pool.staff(2, grows=False)
    later(pool, clock)
    pool.move(pool.places[0], "no such space", ERROR)
    with pytest.raises(WorkerStartError, match="no such space"):
        pool.move(pool.places[1], "no such space", ERROR)


def test_where_others_are_up_there_are_fewer_until_a_node_joins(keeper: Make, clock: Clock) -> None:
    rooms = Rooms(a=(2, 0))
    pool = keeper(rooms)
    pool.staff(2, grows=False)
    later(pool, clock)
    pool.places[0].up = True
    assert pool.move(pool.places[1], "no memory", ERROR) == GaveUp(1, "no memory")
    later(pool, clock)
    assert (list(pool.places), pool.state().wanted) == ([0], 1)
    rooms.join("b", 1)
    later(pool, clock)
    assert list(pool.places) == [0, 1]


def test_a_place_whose_actors_do_not_start_is_closed_for_a_while(
    keeper: Make, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    pool = keeper(Rooms(a=(2, 0)))
    pool.staff(2, grows=False)
    later(pool, clock)
    all_up(pool)
    assert pool.give_up_starting(pool.places[1], "four died", ERROR) == GaveUp(1, "four died")
    assert caplog.messages == ["selfnas/run/worker-1 is given up: four died"]
    later(pool, clock)
    assert list(pool.places) == [0]
    later(pool, clock, CLOSED_S)
    assert list(pool.places) == [0, 1]


@pytest.mark.parametrize("cpus", [2, 1])
def test_where_none_starts_the_error_is_raised(keeper: Make, clock: Clock, cpus: int) -> None:
    pool = keeper(Rooms(a=(cpus, 0)))
    pool.staff(2, grows=False)
    later(pool, clock)
    if cpus == 2:
        pool.give_up_starting(pool.places[1], "four died", ERROR)
    with pytest.raises(WorkerStartError):  # the other one only waits for room, or is gone
        pool.give_up_starting(pool.places[0], "four died", ERROR)


def test_an_owner_that_numbers_its_places_itself_hears_of_the_end_of_one(keeper: Make, clock: Clock) -> None:
    pool = keeper(Rooms(a=(2, 0)))
    pool.open(5)
    assert pool.give_up_starting(pool.places[5], "four died", ERROR) == GaveUp(5, "four died")


def test_an_actor_that_rests_is_made_when_its_time_has_come(keeper: Make, clock: Clock) -> None:
    pool = keeper(Rooms(a=(1, 0)))
    pool.staff(1, grows=False)
    later(pool, clock)
    place = pool.places[0]
    place.end()
    place.rests_until = clock.now + 1.0
    later(pool, clock, 0.5)
    assert place.call is None
    later(pool, clock, 0.5)
    assert (place.call is not None, place.rests_until) == (True, None)


def test_a_second_search_gets_half_of_what_the_first_one_holds(keeper: Make, clock: Clock) -> None:
    rooms = Rooms(a=(4, 0))
    pool = keeper(rooms)
    pool.staff(4, grows=True)
    later(pool, clock)
    all_up(pool)
    pool.places[2].call = None  # nothing is lost with this one
    second = PlaceKeeper("other", ActorKind(object, "worker", lambda number, name: {}), "theirs")
    second.staff(2, grows=True)
    assert later(pool, clock) == [GaveUp(2, ROOM_GIVEN)]
    assert [place.leaves for place in pool.places.values()] == [False, False, True]
    pool.give_up(pool.places[3], ROOM_GIVEN)  # as its trial has ended
    for _ in range(6):
        later(pool, clock)
        later(second, clock, 0.0)
    assert [place.node for place in pool.places.values()] == ["a", "a"]
    assert [place.node for place in second.places.values()] == ["a", "a"]
    for number in list(second.places):
        second.close(number)
    later(pool, clock)
    assert len(pool.places) == 4


@pytest.mark.parametrize(
    ("machine", "share", "hidden"), [((1, 1), 0.0, True), ((1, 0), 0.0, False), ((1, 1), 1.0, False)]
)
def test_an_actor_without_a_share_sees_no_gpu(
    keeper: Make, clock: Clock, machine: tuple[float, int], share: float, hidden: bool
) -> None:
    pool = keeper(Rooms(a=machine), gpus=share)
    pool.open(0)
    environment = {"env_vars": {"CUDA_VISIBLE_DEVICES": ""}}
    assert pool.places[0].kind.runtime_env == (environment if hidden else None)


def hidden(pool: PlaceKeeper, number: int) -> bool:
    return pool.places[number].kind.runtime_env == {"env_vars": {"CUDA_VISIBLE_DEVICES": ""}}


def test_an_actor_that_is_made_where_a_gpu_has_joined_sees_none(keeper: Make, clock: Clock) -> None:
    rooms = Rooms(a=(2, 0))
    pool = keeper(rooms)
    pool.staff(3, grows=False)
    later(pool, clock)
    pool.places[0].up = True
    actors: list[Any] = [pool.places[number].actor for number in range(3)]
    rooms.join("b", 1, 1)
    later(pool, clock)
    assert [place.node for place in pool.places.values()] == ["a", "a", "b"]
    assert [hidden(pool, number) for number in range(3)] == [True, True, True]  # whatever is made from now on
    assert [actor.killed for actor in actors] == [False, False, True]
    assert pool.places[2].actor is not actors[2]
    later(pool, clock)
    assert not pool.places[2].actor.killed


def test_an_actor_that_moves_to_where_a_gpu_has_joined_sees_none(keeper: Make, clock: Clock) -> None:
    rooms = Rooms(a=(1, 0))
    pool = keeper(rooms)
    pool.open(0)
    later(pool, clock)
    assert not hidden(pool, 0)
    rooms.join("b", 1, 1)
    assert pool.move(pool.places[0], "no memory", ERROR) is None
    assert hidden(pool, 0)


def test_an_actor_that_waits_is_made_again_once_a_gpu_has_joined(keeper: Make, clock: Clock) -> None:
    rooms = Rooms(a=(1, 0))
    pool = keeper(rooms)
    pool.staff(2, grows=False)
    later(pool, clock)
    waiting: Any = pool.places[1].actor
    rooms.join("b", 0.5, 1)  # where there is no room for it yet
    later(pool, clock)
    assert (pool.places[1].node, waiting.killed, hidden(pool, 1)) == (None, True, True)
