"""Catches: a whole machine that is left out as one of several actors there found no memory; one that is tried for ever.

On machines that are not there.
"""

import pytest
from ray.exceptions import ActorDiedError, RayTaskError

from evo.engine.pool import actor_place, resilient_actors
from evo.engine.pool.actor_events import ActorEvent, Died, GaveUp
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.resilient_actors import ResilientActors
from evo.records.failures import WorkerStartError
from tests.evo.cluster.fake_rooms import Rooms, installed
from tests.evo.engine.pool.actors_by_hand import FakeRay

REFUSED = ActorDiedError(RayTaskError("__init__", "Traceback\nMemoryError: no memory left", MemoryError()))


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> ResilientActors:
    """A pool of two on one machine, of which the first is up."""
    installed(monkeypatch, Rooms(a=(2, 0)))
    monkeypatch.setattr(actor_place, "ray", FakeRay())
    monkeypatch.setattr(resilient_actors, "BACK_OFF_S", 0.0)
    made = ResilientActors("test", ActorKind(object, "echo", lambda number, name: {}))
    made.staff(2)
    made._places[0].up = True
    return made


def refused(pool: ResilientActors, number: int) -> ActorEvent:
    (event,) = pool._bury(pool._places[number], REFUSED)
    return event


def test_a_machine_where_another_is_up_is_tried_four_times(
    pool: ResilientActors, caplog: pytest.LogCaptureFixture
) -> None:
    tries = [refused(pool, 1) for _ in range(3)]
    assert tries == [Died(1, REFUSED, failed) for failed in (1, 2, 3)]
    assert pool._places[1].rests_until is not None
    reason = "4 in a row died as they started, last: MemoryError: no memory left"
    assert refused(pool, 1) == GaveUp(1, reason)
    assert caplog.messages == [f"selfnas/test/echo-1 is given up: {reason}"]


def test_where_none_is_up_there_the_machine_is_left_out(pool: ResilientActors) -> None:
    pool._places[0].up = False
    with pytest.raises(WorkerStartError, match="echo-1 cannot start: MemoryError: no memory left"):
        refused(pool, 1)
