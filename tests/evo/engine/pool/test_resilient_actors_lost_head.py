"""Catches: a pool that hangs in a call that only a cluster's head could answer, or that has Ray join or start another
cluster in order to kill there what is gone with the first."""

from typing import Any

import pytest

from evo.cluster import reservations, view
from evo.cluster.room import Need
from evo.engine.pool import actor_place, resilient_actors
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.actor_place import ActorPlace
from evo.engine.pool.resilient_actors import ResilientActors
from evo.records.failures import LostClusterError
from tests.evo.cluster.fake_rooms import Rooms


class GoneRay:
    """A Ray that has lost its cluster: every call of its interface would start another."""

    def is_initialized(self) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"ray.{name} was asked for")


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> ResilientActors:
    """A pool with one idle place, on a cluster that is gone."""

    def gone() -> None:
        raise LostClusterError("the head has not answered")

    monkeypatch.setattr(resilient_actors, "check_head", gone)
    for module in (actor_place, reservations, view):
        monkeypatch.setattr(module, "await_head", gone)
    for module in (actor_place, resilient_actors):
        monkeypatch.setattr(module, "ray", GoneRay())
    kind = ActorKind(object, "echo", lambda number, name: {})
    found = ResilientActors("test", kind)
    room = Rooms(a=(1, 0)).reserve("room", "test", Need())
    found._places[3] = ActorPlace(3, found.name(3), "test", kind, room, 0.0, actor=object(), up=True)
    return found


def test_neither_waiting_nor_starting_asks_a_head_that_is_gone(pool: ResilientActors) -> None:
    for ask in (lambda: pool.wait(0.0), lambda: pool.start(4), lambda: pool.replace(3)):
        with pytest.raises(LostClusterError, match="has not answered"):
            ask()


def test_what_is_gone_is_given_up_without_ray(pool: ResilientActors) -> None:
    pool.close()
    assert len(pool) == 0
