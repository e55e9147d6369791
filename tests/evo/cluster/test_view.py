"""Catches: what another search holds taken for one's own, a reservation that waits counted as room."""

from evo.cluster.reservations import Booking
from evo.cluster.room import Need
from evo.cluster.sharing import Holding
from evo.cluster.view import View
from tests.evo.cluster.machines import machine

GPU = Need(gpus=0.5)
VIEW = View(
    (machine("a", 4), machine("b", 4)),
    {
        "1": Booking("mine", GPU, "a"),
        "2": Booking("mine", GPU, None),
        "3": Booking("theirs", Need(), "a"),
        "4": Booking("theirs", Need(), "b"),
        "5": Booking("theirs", Need(), None),
        "6": Booking("other", GPU, None),
    },
)


def test_what_others_hold_is_added_up_by_pool() -> None:
    assert VIEW.others("mine") == [Holding(Need(), ("a", "b"), 1), Holding(GPU, (), 1)]
    assert len(VIEW.others("")) == 3


def test_a_reservation_has_a_node_once_it_has_room() -> None:
    assert [VIEW.node_of(key) for key in ("1", "2", "7")] == ["a", None, None]
    assert (VIEW.named("b"), VIEW.named("0123456789")) == ("b", "01234567")
