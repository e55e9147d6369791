"""Catches: shares of one GPU while others are free, room that is held on after the start, a share without need.

The machines that are not there give a share of the fullest GPU that it fits, as Ray does.
"""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.cluster.reservations import Reservation
from evo.cluster.room import Need
from evo.cluster.spreading import reserve_spread
from tests.evo.cluster.fake_rooms import Rooms, installed


def spread(rooms: Rooms, count: int, share: float) -> list[Reservation]:
    with pytest.MonkeyPatch.context() as patched:
        installed(patched, rooms)
        return reserve_spread([f"w{n}" for n in range(count)], "mine", Need(gpus=share), rooms.look().nodes)


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [
        (4, 0.25, [1, 1, 1, 1]),
        (6, 0.25, [1, 1, 2, 2]),
        (3, 0.5, [1, 1, 1]),
        (8, 0.5, [2, 2, 2, 2]),
        (5, 1 / 3, [1, 1, 1, 2]),
        (3, 1.0, [1, 1, 1]),
        (4, 0.7, [1, 1, 1, 1]),
    ],
)
def test_gpus_of_one_machine_are_spread_before_they_are_shared(count: int, share: float, expected: list[int]) -> None:
    rooms = Rooms(a=(16, 4))
    assert [room.key for room in spread(rooms, count, share)] == [f"w{n}" for n in range(count)]
    assert sorted(Counter(rooms.places()).values()) == expected
    assert len(rooms.made) == count


def test_without_fillers_they_would_be_packed() -> None:
    rooms = Rooms(a=(16, 4))
    for number in range(4):
        rooms.reserve(f"w{number}", "mine", Need(gpus=0.25))
    assert set(rooms.places()) == {("a", 0)}


def test_machines_are_spread_too() -> None:
    rooms = Rooms(a=(8, 4), b=(8, 2))
    spread(rooms, 6, 0.25)
    assert len(set(rooms.places())) >= 5
    assert Counter(node for node, _ in rooms.places()) == {"a": 3, "b": 3}


def test_what_there_is_no_room_for_waits() -> None:
    rooms = Rooms(a=(2, 4))
    assert len(spread(rooms, 3, 0.25)) == 3
    assert len(rooms.places()) == 2
    taken = Rooms(a=(9, 2))
    taken.gpus["a"] = [0.0, 0.5]  # there seems to be room for two, and for one once the other's is held
    assert len(spread(taken, 1, 0.25)) == 1
    assert taken.places() == [("a", 1)]


@given(st.integers(1, 6), st.integers(1, 6), st.integers(2, 6))
def test_no_gpu_has_two_more_than_another_and_nothing_is_left_held(gpus: int, level: int, shares: int) -> None:
    rooms, count = Rooms(a=(99, gpus)), min(gpus * level, gpus * shares)
    spread(rooms, count, 1 / shares)
    assert sum(rooms.gpus["a"]) == pytest.approx(gpus - count / shares)
    assert max(rooms.gpus["a"]) - min(rooms.gpus["a"]) <= 1 / shares + 1e-6
