"""Catches: a pool that waits for the cluster and keeps a core busy; one that sleeps while its owner has work."""

import pytest

from evo.engine.pool import resilient_actors
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.actor_place import ActorPlace
from evo.engine.pool.resilient_actors import NAP_S, ResilientActors
from tests.evo.cluster.fake_rooms import Rooms, installed


class Bed:
    """Notes how long is slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.mark.parametrize(
    ("places", "expected"),
    [([], [NAP_S]), ([True], []), ([False], [NAP_S]), ([True, False], [NAP_S])],
)
def test_a_pool_naps_where_there_is_no_call_and_nobody_else_to_go_on(
    monkeypatch: pytest.MonkeyPatch, places: list[bool], expected: list[float]
) -> None:
    rooms, bed = Rooms(a=(2, 0)), Bed()
    installed(monkeypatch, rooms)
    monkeypatch.setattr(resilient_actors, "time", bed)
    kind = ActorKind(object, "echo", lambda number, name: {})
    pool = ResilientActors("test", kind)
    for number, up in enumerate(places):
        room = rooms.reserve(str(number), "test", pool._keeper._need)
        pool._places[number] = ActorPlace(number, pool.name(number), "test", kind, room, 0.0, up=up)
    assert pool.wait(0.5) == []
    assert bed.slept == expected
