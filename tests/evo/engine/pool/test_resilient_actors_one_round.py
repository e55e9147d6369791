"""Catches: what other actors have answered that is lost with the one that cannot be made."""

from types import SimpleNamespace
from typing import Any

import pytest
from ray.exceptions import RayTaskError

from evo.cluster.room import Need
from evo.engine.pool import resilient_actors
from evo.engine.pool.actor_events import Returned
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.actor_place import ActorPlace
from evo.engine.pool.resilient_actors import ResilientActors
from evo.records.failures import WorkerStartError
from tests.evo.cluster.fake_rooms import Rooms

ANSWER, REFUSAL = "answer", "refusal"


class AnsweringRay:
    """A Ray in which every call is over at once."""

    def wait(self, calls: list[Any], *, num_returns: int, timeout: float) -> tuple[list[Any], list[Any]]:
        return calls[:num_returns], calls[num_returns:]

    def get(self, call: tuple[str, int]) -> str:
        if call[0] == REFUSAL:
            raise RayTaskError("ready", "Traceback", ValueError("no such space"))  # type: ignore[no-untyped-call]
        return call[0]


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> ResilientActors:
    """A pool whose places are busy once ``busy`` says so; none may be made anew."""

    def move(place: ActorPlace, reason: str, error: WorkerStartError) -> None:
        raise error

    monkeypatch.setattr(resilient_actors, "ray", AnsweringRay())
    monkeypatch.setattr(resilient_actors, "check_head", lambda: None)
    found = ResilientActors("test", ActorKind(object, "echo", lambda number, name: {}))
    keeper = SimpleNamespace(look_around=lambda now: [], move=move, is_up_beside=lambda place: False)
    monkeypatch.setattr(found, "_keeper", keeper)
    return found


def busy(pool: ResilientActors, *calls: str) -> None:
    """Let a place be at each of these calls; a refusal is that of an actor that starts."""
    rooms = Rooms(a=(9, 0))
    for number, call in enumerate(calls):
        room = rooms.reserve(f"room-{number}", "test", Need())
        name = f"echo-{number}"
        place = ActorPlace(number, name, "test", pool._kind, room, 0.0, call=(call, number), up=call == ANSWER)
        pool._places[number] = place


def test_what_others_have_answered_is_told_before_it_is_raised_that_an_actor_cannot_be_made(
    pool: ResilientActors,
) -> None:
    busy(pool, ANSWER, REFUSAL, ANSWER, REFUSAL)
    assert pool.wait(0.0) == [Returned(0, ANSWER), Returned(2, ANSWER)]
    for _ in range(2):
        with pytest.raises(WorkerStartError, match="echo-1 cannot start"):
            pool.wait(0.0)


def test_it_is_raised_at_once_where_there_is_nothing_else_to_tell(pool: ResilientActors) -> None:
    busy(pool, REFUSAL)
    with pytest.raises(WorkerStartError, match="echo-0 cannot start"):
        pool.wait(0.0)
