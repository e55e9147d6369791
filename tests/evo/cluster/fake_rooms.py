"""Reservations on machines that are not there: room is given where most is free, GPUs as Ray gives them."""

from collections.abc import Collection

import pytest

from evo.cluster import spreading
from evo.cluster.reservations import PASSING, Booking, Reservation
from evo.cluster.room import Need
from evo.cluster.view import NOTHING, View
from evo.engine.pool import place_keeper
from evo.records.resources import Machine


class Room(Reservation):
    """A reservation; gpu: number of the one it has a share of."""

    def __init__(self, owner: "Rooms", name: str, pool: str, need: Need, avoid: Collection[str]) -> None:
        """Wait for room, without a group of Ray's."""
        object.__setattr__(self, "group", name)
        self.__dict__.update(owner=owner, name=name, pool=pool, need=need, avoid=avoid, node=None, gpu=None)

    @property
    def key(self) -> str:
        return str(self.group)

    def inside(self) -> None:  # type: ignore[override]
        return None

    def held_within(self, timeout_s: float) -> bool:
        return bool(self.__dict__["node"] is not None)

    def give_back(self) -> None:
        self.__dict__["owner"].end(self)


class Rooms:
    """The machines of a cluster, by id their free CPUs and the free part of each GPU, and who holds what."""

    def __init__(self, **machines: tuple[float, int]) -> None:
        """machines: CPUs and GPUs, by id."""
        self.machines = machines
        self.cpus = {name: float(cpus) for name, (cpus, _) in machines.items()}
        self.gpus = {name: [1.0] * gpus for name, (_, gpus) in machines.items()}
        self.made: list[Room] = []
        self.ended: list[Room] = []

    def reserve(
        self, name: str, pool: str, need: Need, *, on: str | None = None, avoid: Collection[str] = ()
    ) -> Reservation:
        """Make a reservation, with room where there is some."""
        assert name not in [room.key for room in self.made]
        room = Room(self, name, pool, need, set(self.machines) - {on} if on else avoid)
        self.made.append(room)
        self.serve()
        return room

    def serve(self) -> None:
        """Give room to those who wait."""
        for room in self.made:
            fitting = [name for name in self.machines if self._fits(room, name)]
            if room.__dict__["node"] is None and fitting:
                self._give(room, max(fitting, key=lambda name: self.cpus[name] / self.machines[name][0]))

    def _fits(self, room: Room, name: str) -> bool:
        need = room.__dict__["need"]
        by_gpu = not need.gpus or any(free >= need.gpus for free in self.gpus[name])
        return name not in room.__dict__["avoid"] and self.cpus[name] >= need.cpus and by_gpu

    def _give(self, room: Room, name: str) -> None:
        need, free = room.__dict__["need"], self.gpus[name]
        room.__dict__["node"] = name
        self.cpus[name] -= need.cpus
        if need.gpus:
            fullest = min((left, number) for number, left in enumerate(free) if left >= need.gpus)[1]
            free[fullest] -= need.gpus
            room.__dict__["gpu"] = fullest

    def end(self, room: Room) -> None:
        """Take room back."""
        self.made.remove(room)
        self.ended.append(room)
        name, need, gpu = room.__dict__["node"], room.__dict__["need"], room.__dict__["gpu"]
        if name in self.machines:
            self.cpus[name] += need.cpus
        if name in self.machines and gpu is not None:
            self.gpus[name][gpu] += need.gpus
        self.serve()

    def join(self, name: str, cpus: float, gpus: int = 0) -> None:
        """Add a machine."""
        self.machines[name] = (cpus, gpus)
        self.cpus[name], self.gpus[name] = cpus, [1.0] * gpus
        self.serve()

    def lose(self, name: str) -> None:
        """Take a machine away; what was there waits for room."""
        del self.machines[name]
        for room in self.made:
            if room.__dict__["node"] == name:
                room.__dict__["node"] = None
        self.serve()

    def listed(self) -> dict[str, Booking]:
        """Return what the cluster's table says."""
        return {
            room.key: Booking(room.__dict__["pool"], room.__dict__["need"], room.__dict__["node"])
            for room in self.made
            if room.__dict__["pool"] != PASSING
        }

    def look(self, known: View = NOTHING) -> View:
        """Return what there is."""
        nodes = (
            Machine(name, name, cpus, gpus, free_cpus=self.cpus[name], free_gpus=sum(self.gpus[name]))
            for name, (cpus, gpus) in self.machines.items()
        )
        return View(tuple(nodes), self.listed())

    def places(self) -> list[tuple[str, int | None]]:
        """Return node and GPU of every reservation that has room, in order."""
        return sorted((room.__dict__["node"], room.__dict__["gpu"]) for room in self.made if room.__dict__["node"])


def installed(monkeypatch: pytest.MonkeyPatch, rooms: Rooms) -> Rooms:
    """Put them in the place of Ray's for one test; returns them."""
    monkeypatch.setattr(spreading, "reserve", rooms.reserve)
    monkeypatch.setattr(spreading, "listed", rooms.listed)
    monkeypatch.setattr(place_keeper, "reserve", rooms.reserve)
    monkeypatch.setattr(place_keeper.Surroundings.__init__, "__kwdefaults__", {"look": rooms.look})
    return rooms
