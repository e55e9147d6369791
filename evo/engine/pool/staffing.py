"""How many places a pool should have: as asked for, or as many as the cluster gives room to.

Times are seconds of a clock that only goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evo.cluster.room import Need, free_places, freed, places_in_all
from evo.cluster.sharing import Holding, fair_part, poorer_waits, to_give
from evo.cluster.view import View
from evo.records.resources import Machine

PATIENCE_S = 10.0
"""How long a place waits that is more than the cluster has room for."""
CLOSED_S = 300.0
"""After which a place is tried again whose actors did not start."""


@dataclass(frozen=True)
class Seat:
    """A place as far as this matters.

    node: where it has room, None while it waits, since when
    spare: whether nothing is lost with it; idle: whether its actor is up and has nothing to do
    """

    number: int
    node: str | None
    waits_since: float
    spare: bool
    idle: bool = False
    leaves: bool = False


@dataclass(frozen=True)
class Orders:
    """What is to be done: how many places are to be made, which wait in vain, which are to go once they are idle."""

    make: int = 0
    withdraw: tuple[int, ...] = ()
    leave: tuple[int, ...] = ()


@dataclass
class Staffing:
    """Keeps a pool of equal actors at its size.

    count: places asked for; grows: whether there are to be as many as there is room for instead
    """

    need: Need
    count: int
    grows: bool = False
    _closed: list[float] = field(default_factory=list)  # until when

    def close_one(self, now: float, *, for_good: bool) -> None:
        """Want one place less: for good, or until its actors may start again."""
        self._closed.append(float("inf") if for_good else now + CLOSED_S)

    def reopen(self) -> None:
        """Want every place again, as the cluster has changed."""
        self._closed.clear()

    def wanted(self, now: float) -> int:
        """Return how many places there are to be, without those that were closed."""
        return max(self.count - sum(until > now for until in self._closed), 1)

    def orders(self, view: View, pool: str, seats: Sequence[Seat], avoided: frozenset[str], now: float) -> Orders:
        """Return what is to be done about the places of a pool; avoided: ids of nodes that are none of its own."""
        others = view.others(pool)
        nodes = [node for node in view.nodes if node.node_id not in avoided]
        holding = [seat.node for seat in seats if seat.node is not None]
        if self.grows:
            room = len(holding) + free_places(nodes, self.need)
            self.count = max(room, fair_part(places_in_all(nodes, self.need), len(others)), 1)
        mine = Holding(self.need, tuple(holding))
        waiting = [seat for seat in seats if seat.node is None]
        if holding and poorer_waits(view.nodes, mine, others):  # of two that hold nothing, neither yields
            leaving = _leaving(view.nodes, self.need, seats, others)
            return Orders(withdraw=tuple(seat.number for seat in waiting), leave=leaving)
        wanted = self.wanted(now)
        if others:  # they would keep free for it, or give to it, what it cannot use
            wanted = min(wanted, places_in_all(nodes, self.need))
        surplus = len(seats) - wanted
        late = [seat.number for seat in waiting if now - seat.waits_since >= PATIENCE_S]
        needless = self.grows and any(seat.idle for seat in seats)
        return Orders(make=0 if needless else max(-surplus, 0), withdraw=tuple(late[: max(surplus, 0)]))


def _leaving(nodes: Sequence[Machine], need: Need, seats: Sequence[Seat], others: Sequence[Holding]) -> tuple[int, ...]:
    """Return the places that another pool should have, those first with which nothing is lost."""
    staying = [seat for seat in seats if seat.node is not None and not seat.leaves]
    mine = Holding(need, tuple(seat.node for seat in staying if seat.node is not None))
    gone = [seat.node for seat in seats if seat.leaves]
    chosen: list[int] = []
    for node in to_give([freed(node, need, gone.count(node.node_id)) for node in nodes], mine, others):
        there = [seat for seat in staying if seat.node == node and seat.number not in chosen]
        chosen.append(max(there, key=lambda seat: (seat.spare, seat.number)).number)
    return tuple(chosen)
