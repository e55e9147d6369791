"""Catches: room on a node that was to be avoided, a reservation of somebody else's taken for a search's, one that is
over counted as held, an actor outside its room. On a real Ray of this machine."""

import time

import pytest
import ray

from evo.cluster import reservations
from evo.cluster.nodes import read_nodes
from evo.cluster.reservations import PASSING, Booking, Reservation, listed, reserve
from evo.cluster.room import Need
from evo.records.failures import LostClusterError

CPU, MUCH = Need(), Need(99.0)


def gone(room: Reservation) -> bool:
    """Return whether it is listed no more, sooner or later."""
    give_up = time.monotonic() + 60
    while room.key in listed() and time.monotonic() < give_up:
        time.sleep(0.05)
    return room.key not in listed()


@pytest.mark.slow
def test_room_is_held_listed_and_given_back(ray_cluster: None) -> None:
    (node,) = read_nodes()
    assert (node.cpus, node.free_cpus) == (2.0, 2.0)
    room, much = reserve("selfnas/run/worker-0.1", "mine", CPU), reserve("selfnas/run/worker-1.2", "mine", MUCH)
    passing, theirs = reserve("selfnas/filler-1", PASSING, CPU), reserve("others", "mine", Need(0.5))
    try:
        assert [each.held_within(30.0) for each in (room, passing)] == [True, True]
        assert not much.held_within(0.0)
        assert listed() == {room.key: Booking("mine", CPU, node.node_id), much.key: Booking("mine", MUCH, None)}
        there = ray.remote(_here).options(num_cpus=1, scheduling_strategy=room.inside()).remote()
        assert ray.get(there, timeout=120) == room.key
    finally:
        for each in (room, much, passing, theirs):
            each.give_back()
    assert all(gone(each) for each in (room, much))


def _here() -> str:
    return str(ray.get_runtime_context().get_placement_group_id())


def test_room_is_on_the_node_that_was_said_and_never_on_one_to_avoid(ray_cluster: None) -> None:
    (node,) = read_nodes()
    on = reserve("selfnas/run/worker-0.3", "mine", CPU, on=node.node_id)
    elsewhere = reserve("selfnas/run/worker-0.4", "mine", CPU, avoid=[node.node_id, "0" * 56])
    try:
        assert on.held_within(30.0)
        assert listed()[elsewhere.key].node is None
    finally:
        on.give_back()
        elsewhere.give_back()
    assert gone(on)


def test_nothing_is_asked_of_a_head_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise LostClusterError("the head has not answered")

    monkeypatch.setattr(reservations, "await_head", gone)
    monkeypatch.setattr(reservations, "placement_group", None)
    monkeypatch.setattr(reservations, "remove_placement_group", None)
    Reservation("a group").give_back()
    with pytest.raises(LostClusterError):
        reserve("selfnas/run/worker-0.5", "mine", CPU)
