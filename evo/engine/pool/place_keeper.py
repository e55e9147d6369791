"""The places of a pool: room for each, on nodes that will do, as many as are asked for or the cluster has room for.

Times are seconds of a clock that only goes on.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from itertools import count, islice

from evo.cluster.reservations import PREFIX, Reservation, reserve
from evo.cluster.room import Need
from evo.cluster.spreading import reserve_spread
from evo.engine.pool.actor_events import GaveUp
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.actor_place import ActorPlace
from evo.engine.pool.staff_line import StaffLine
from evo.engine.pool.staffing import Staffing
from evo.engine.pool.surroundings import Surroundings
from evo.records.failures import WorkerStartError
from evo.records.pool_state import PoolState

ROOM_GIVEN = "its room is another search's now"
NO_ROOM = "no machine has room for it"

logger = logging.getLogger(__name__)


class PlaceKeeper:
    """Makes and closes places; run_name: of whose pool, pool: what tells its names from those of others."""

    def __init__(self, run_name: str, kind: ActorKind, pool: str) -> None:
        """Make nothing yet."""
        self.places: dict[int, ActorPlace] = {}
        self._run_name, self._kind, self._pool = run_name, kind, pool
        self._blind = kind.without_gpus()
        self._need = Need(kind.cpus, kind.gpus)
        self._around = Surroundings(self._need)
        self._staffing: Staffing | None = None
        self._line = StaffLine(f"{kind.name}s")
        self._reserved = 0

    def name(self, number: int) -> str:
        """Return the full name of a place."""
        return f"{PREFIX}{self._run_name}/{self._kind.name}-{number}"

    def state(self) -> PoolState:
        """Return how many actors are up, start, and wait for room."""
        now, there = time.monotonic(), self.places.values()
        up, placed = sum(place.up for place in there), sum(not place.waits(now) for place in there)
        wanted = max(self._staffing.wanted(now) if self._staffing else len(there), placed)
        lacks = self._around.lacks if wanted > placed else None
        counts = PoolState(up=up, starting=placed - up, waiting=wanted - placed, waiting_for=lacks, wanted=wanted)
        return replace(counts, nodes_lost=self._around.nodes_lost)

    def staff(self, workers: int, *, grows: bool) -> None:
        """Make that many places and keep them; where it grows, as many as there is room for."""
        self._staffing = Staffing(self._need, workers, grows)
        self._around.look(time.monotonic())
        self._open(range(workers))

    def open(self, number: int) -> None:
        """Make a place and its actor."""
        if not self._around.view.nodes:
            self._around.look(time.monotonic())
        self._put(number, self._reserve(number))

    def close(self, number: int) -> None:
        """Kill an actor, and give its room back."""
        self.places.pop(number).close()

    def look_around(self, now: float) -> list[GaveUp]:
        """See where there is room now, and have as many places as there should be; returns those that were closed."""
        for place in self.places.values():
            if place.rests_until is not None and now >= place.rests_until:
                place.begin()
        if not self._around.is_due(now, soon=any(place.is_new(now) for place in self.places.values())):
            return []
        self._see(now)
        self._hide_gpus()
        closed = self._restaff(now) if self._staffing else []
        self._line.hear(self.state(), now)
        return closed

    def is_up_beside(self, place: ActorPlace) -> bool:
        """Return whether another actor is up on the node of one that could not be made: the node itself will do."""
        self._see(time.monotonic())
        return place.node is not None and any(other.up and other.node == place.node for other in self.places.values())

    def move(self, place: ActorPlace, reason: str, error: WorkerStartError) -> GaveUp | None:
        """Have no more actors where one could not be made or may not be, and this one elsewhere.

        Returns its end where there is no other node; raises ``error`` where no other actor of the pool is up either.
        """
        self._see(time.monotonic())
        if place.node is not None:
            self._around.leave_out(place.node, reason)
        if self._around.usable and place.node is not None:
            place.end()
            place.reservation.give_back()
            place.take(self._reserve(place.number), time.monotonic())
            place.kind = self._kind_now()
            place.begin()
            return None
        if not any(other.up for other in self.places.values()):
            raise error
        self._close_one(for_good=True)
        return self.give_up(place, reason)

    def give_up(self, place: ActorPlace, reason: str) -> GaveUp:
        """Close a place."""
        self.close(place.number)
        return GaveUp(place.number, reason)

    def give_up_starting(self, place: ActorPlace, reason: str, error: WorkerStartError) -> GaveUp:
        """Close a place whose actors do not start; raises ``error`` where none of the others may either."""
        end = self.give_up(place, reason)
        if self._staffing is not None:
            self._close_one(for_good=False)
            if not any(other.up or other.node is not None for other in self.places.values()):
                raise error
        logger.warning("%s is given up: %s", place.name, reason)
        return end

    def _see(self, now: float) -> None:
        """Look at the cluster; a node that has joined is a new chance for what was closed."""
        if self._around.look(now) and self._staffing:
            self._staffing.reopen()
        for place in self.places.values():
            place.note_node(self._around.view.node_of(place.reservation.key), now)

    def _restaff(self, now: float) -> list[GaveUp]:
        """Make and close places so that there are as many as there should be."""
        assert self._staffing is not None
        seats = [place.seat for place in self.places.values()]
        orders = self._staffing.orders(self._around.view, self._pool, seats, self._around.avoided, now)
        if orders.make:
            unused = (number for number in count() if number not in self.places)
            self._open(list(islice(unused, orders.make)))
        for number in orders.leave:
            self.places[number].leaves = True
            logger.info("%s gives its room to another search that waits for some", self.name(number))
        spare = [number for number in orders.leave if self.places[number].seat.spare]
        gone = {**dict.fromkeys(spare, ROOM_GIVEN), **dict.fromkeys(orders.withdraw, NO_ROOM)}
        return [self.give_up(self.places[number], reason) for number, reason in gone.items()]

    def _close_one(self, *, for_good: bool) -> None:
        if self._staffing is not None:
            self._staffing.close_one(time.monotonic(), for_good=for_good)

    def _open(self, numbers: Iterable[int]) -> None:
        """Make places on as many machines and GPUs as there are."""
        numbers = list(numbers)
        names = [self._reservation_name(number) for number in numbers]
        avoided, nodes = self._around.avoided, self._around.view.nodes
        for number, room in zip(
            numbers, reserve_spread(names, self._pool, self._need, nodes, avoid=avoided), strict=True
        ):
            self._put(number, room)

    def _put(self, number: int, room: Reservation) -> None:
        place = ActorPlace(number, self.name(number), self._pool, self._kind_now(), room, time.monotonic())
        self.places[number] = place
        place.begin()

    def _kind_now(self) -> ActorKind:
        """Return how actors are to be made: without a share of GPUs they see none, where there are any."""
        hides = not self._kind.gpus and any(node.gpus for node in self._around.view.nodes)
        return self._blind if hides else self._kind

    def _hide_gpus(self) -> None:
        """Settle anew how actors are made; those that are not up yet, where a GPU has joined, are made again."""
        kind = self._kind_now()
        where = {None, *(node.node_id for node in self._around.view.nodes if node.gpus)}
        for place in self.places.values():
            sees = kind is self._blind and place.kind is not kind and place.node in where
            place.kind = kind
            if sees and place.actor is not None and not place.up:
                place.end()
                place.begin()

    def _reserve(self, number: int) -> Reservation:
        return reserve(self._reservation_name(number), self._pool, self._need, avoid=self._around.avoided)

    def _reservation_name(self, number: int) -> str:
        self._reserved += 1  # one that was given back may be listed for a while
        return f"{self.name(number)}.{self._reserved}"
