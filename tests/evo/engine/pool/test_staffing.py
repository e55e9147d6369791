"""Catches: a cluster that grows and is not used, workers that wait for machines that are gone, a search that keeps all
it has while another one waits, a place whose actors never start that is made anew at once."""

from collections.abc import Sequence

import pytest

from evo.cluster.reservations import Booking
from evo.cluster.room import Need
from evo.cluster.view import View
from evo.engine.pool.staffing import CLOSED_S, PATIENCE_S, Orders, Seat, Staffing
from evo.records.resources import Machine
from tests.evo.cluster.machines import machine

NOW = 1_000.0
NONE: frozenset[str] = frozenset()


def seat(number: int, node: str | None = "a", *, spare: bool = False, leaves: bool = False, since: float = NOW) -> Seat:
    return Seat(number, node, since, spare=spare, leaves=leaves)


def orders(
    staffing: Staffing,
    nodes: Sequence[Machine],
    seats: Sequence[Seat],
    *theirs: Booking,
    avoided: frozenset[str] = NONE,
) -> Orders:
    reservations = {str(number): each for number, each in enumerate(theirs)}
    return staffing.orders(View(tuple(nodes), reservations), "mine", seats, avoided, NOW)


def test_a_pool_keeps_its_number() -> None:
    staffing = Staffing(Need(), 3)
    free = [machine("a", 8)]
    assert orders(staffing, free, [seat(0), seat(1), seat(2)]) == Orders()
    assert orders(staffing, free, [seat(0), seat(2)]) == Orders(make=1)
    assert orders(staffing, [machine("a", 8, free_cpus=0)], [seat(0)]) == Orders(make=2)  # they wait


def test_one_that_grows_follows_the_cluster() -> None:
    staffing = Staffing(Need(), 2, grows=True)
    full = machine("a", 2, free_cpus=0)
    assert orders(staffing, [full], [seat(0), seat(1)]) == Orders()
    assert orders(staffing, [full, machine("b", 3)], [seat(0), seat(1)]) == Orders(make=3)
    assert staffing.wanted(NOW) == 5
    assert orders(staffing, [full, machine("b", 3)], [seat(0), seat(1)], avoided=frozenset("b")) == Orders()
    assert orders(staffing, [full, machine("b", 3, free_cpus=1)], [seat(0), seat(1)]) == Orders(make=1)


def test_nobody_grows_while_somebody_idles() -> None:
    idle = Seat(0, "a", NOW, spare=True, idle=True)
    assert orders(Staffing(Need(), 1, grows=True), [machine("a", 2, free_cpus=1)], [idle]) == Orders()
    assert orders(Staffing(Need(), 2), [machine("a", 2, free_cpus=1)], [idle]) == Orders(make=1)


def test_what_waits_in_vain_is_withdrawn_after_a_while_where_the_number_follows_the_cluster() -> None:
    nodes, early = [machine("a", 2, free_cpus=0)], NOW - PATIENCE_S - 1
    seats = [seat(0), seat(1), seat(2, None, since=early), seat(3, None)]
    assert orders(Staffing(Need(), 4, grows=True), nodes, seats) == Orders(withdraw=(2,))
    assert orders(Staffing(Need(), 4), nodes, seats) == Orders()


def test_beside_others_nothing_waits_for_more_than_the_nodes_hold_that_will_do() -> None:
    nodes, early = [machine("a", 2, free_cpus=0), machine("bad", 8)], NOW - PATIENCE_S - 1
    theirs = Booking("theirs", Need(), "bad")
    seats = [seat(0), seat(1), seat(2, None, since=early), seat(3, None)]
    avoided = frozenset({"bad"})
    assert orders(Staffing(Need(), 4), nodes, seats, avoided=avoided) == Orders()  # alone it does no harm
    assert orders(Staffing(Need(), 4), nodes, seats, theirs, avoided=avoided) == Orders(withdraw=(2,))
    assert orders(Staffing(Need(), 4), nodes, seats[:2], theirs, avoided=avoided) == Orders()
    assert orders(Staffing(Need(), 4), nodes, seats, theirs) == Orders()
    assert orders(Staffing(Need(), 2, grows=True), nodes[1:], [seats[2]], theirs, avoided=avoided) == Orders(
        withdraw=(2,)
    )
    assert orders(Staffing(Need(), 2), nodes, [], theirs, avoided=avoided) == Orders(make=2)


def test_a_pool_never_wants_nothing() -> None:
    staffing = Staffing(Need(), 2, grows=True)
    assert orders(staffing, [], [seat(0, None, since=0.0), seat(1, None, since=0.0)]) == Orders(withdraw=(0,))
    assert staffing.wanted(NOW) == 1


def test_a_second_search_asks_for_its_part_of_a_cluster_that_is_full() -> None:
    staffing = Staffing(Need(), 1, grows=True)
    theirs = [Booking("theirs", Need(), "a")] * 8
    assert orders(staffing, [machine("a", 8, free_cpus=0)], [seat(0, None)], *theirs) == Orders(make=3)


def test_a_search_that_holds_everything_gives_what_costs_least_and_asks_for_nothing_more() -> None:
    theirs = [Booking("theirs", Need(), None)] * 2
    seats = [seat(0), seat(1, spare=True), seat(2), seat(3), seat(4, None)]
    full = [machine("a", 4, free_cpus=0)]
    assert orders(Staffing(Need(), 6), full, seats, *theirs) == Orders(withdraw=(4,), leave=(1, 3))


def test_who_holds_nothing_goes_on_waiting_beside_another_that_does() -> None:
    theirs = [Booking("theirs", Need(), None)] * 2
    room = [machine("a", 4)]
    waiting = [seat(0, None), seat(1, None)]
    assert orders(Staffing(Need(), 2), room, waiting, *theirs) == Orders()
    assert orders(Staffing(Need(), 2), room, [], *theirs) == Orders(make=2)
    assert orders(Staffing(Need(), 2), room, [seat(0), waiting[1]], *theirs) == Orders(withdraw=(1,))


def test_what_is_about_to_leave_counts_as_given() -> None:
    theirs = [Booking("theirs", Need(), None)] * 2
    seats = [seat(0), seat(1), seat(2), seat(3, leaves=True)]
    full = [machine("a", 4, free_cpus=0)]
    assert orders(Staffing(Need(), 4), full, seats, *theirs) == Orders(leave=(2,))
    seats = [seat(0), seat(1), seat(2, leaves=True), seat(3, leaves=True)]
    assert orders(Staffing(Need(), 4), full, seats, *theirs) == Orders()


@pytest.mark.parametrize(("for_good", "later"), [(False, 3), (True, 2)])
def test_a_place_that_was_closed_is_not_made_again_at_once(for_good: bool, later: int) -> None:
    staffing = Staffing(Need(), 3)
    staffing.close_one(NOW, for_good=for_good)
    assert staffing.wanted(NOW) == 2
    assert orders(staffing, [machine("a", 3, free_cpus=1)], [seat(0), seat(1)]) == Orders()
    assert staffing.wanted(NOW + CLOSED_S + 1) == later
    staffing.reopen()
    assert staffing.wanted(NOW) == 3
