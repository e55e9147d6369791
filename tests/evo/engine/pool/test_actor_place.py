"""Catches: a place that is idle while its actor starts, one that waits in silence, room that is kept for nobody."""

import pytest

from evo.cluster.reservations import SOON_S
from evo.cluster.room import Need
from evo.engine.pool import actor_place
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.actor_place import NEW_S, ActorPlace
from evo.engine.pool.staffing import Seat
from tests.evo.cluster.fake_rooms import Rooms

NOW = 100.0


def place() -> ActorPlace:
    room = Rooms(a=(1, 0)).reserve("mine/0", "mine", Need())
    return ActorPlace(0, "mine/0", "mine", ActorKind(object, "worker", lambda number, name: {}), room, NOW)


def test_a_place_is_idle_once_its_actor_is_up_and_has_no_call() -> None:
    one = place()
    assert not one.idle
    one.up = True
    assert one.idle
    one.call = "a call"
    assert not one.idle
    one.answered()
    one.leaves = True
    assert not one.idle


def test_a_place_waits_where_room_does_not_come_soon() -> None:
    one = place()
    assert not one.waits(NOW + SOON_S / 2)
    assert one.waits(NOW + SOON_S)
    assert (one.is_new(NOW + NEW_S - 1), one.is_new(NOW + NEW_S)) == (True, False)
    one.note_node("a", NOW + 2)
    assert not one.waits(NOW + 99)
    one.note_node(None, NOW + 99)
    assert not one.waits(NOW + 99 + SOON_S / 2)
    one.note_node(None, NOW + 99 + SOON_S)
    assert one.waits(NOW + 99 + SOON_S)
    one.up = True  # what was just heard of it is newer than what was seen
    assert not one.waits(NOW + 200)


def test_only_a_call_of_an_actor_that_is_up_is_lost_with_it() -> None:
    one = place()
    one.call = "ready"
    assert one.seat == Seat(0, None, NOW, spare=True)
    one.up = True
    assert not one.seat.spare
    one.answered()
    assert one.seat == Seat(0, None, NOW, spare=True, idle=True)
    one.leaves = True
    assert one.seat.leaves


def test_a_place_that_closes_gives_its_room_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actor_place.ray, "is_initialized", lambda: True)
    one = place()
    room = one.reservation
    one.close()
    assert room.__dict__["owner"].ended == [room]
    assert (one.actor, one.up) == (None, False)
    monkeypatch.setattr(actor_place.ray, "is_initialized", lambda: False)
    place().close()  # where the cluster is gone, nothing of it is asked
