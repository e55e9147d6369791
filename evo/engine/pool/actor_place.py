"""One place of a pool: room on a machine, the actor in it, and the call that actor is at.

Times are seconds of a clock that only goes on.
"""

from dataclasses import dataclass
from typing import Any

import ray

from evo.cluster.head_watch import await_head
from evo.cluster.reservations import SOON_S, Reservation
from evo.engine.pool.actor_kind import ActorKind
from evo.engine.pool.staffing import Seat

NEW_S = 10.0
"""For how long room is looked for closely."""


@dataclass
class ActorPlace:
    """A place and its actor; one that rests has no actor.

    name: its full one; pool: whose it is; node: id of the machine that has room for it, None while none has
    call: reference of the call in flight, ``ready`` while the actor starts; streams: whether it comes back in items
    failed_starts: how many actors in a row died before they were up; rests_until: when the next one is made
    leaves: whether it is to close once its actor is idle; reserved_at: when it began to wait for room
    """

    number: int
    name: str
    pool: str
    kind: ActorKind
    reservation: Reservation
    reserved_at: float
    node: str | None = None
    actor: Any = None
    call: Any = None
    streams: bool = False
    up: bool = False
    generation: int = 0
    failed_starts: int = 0
    rests_until: float | None = None
    leaves: bool = False

    @property
    def seat(self) -> Seat:
        """What matters of it where places are counted; one that has been up has a call to lose."""
        spare = self.call is None or not self.up
        return Seat(self.number, self.node, self.reserved_at, spare=spare, idle=self.idle, leaves=self.leaves)

    def waits(self, now: float) -> bool:
        """Return whether there is no room for it, for longer than it takes to be given some."""
        return self.node is None and not self.up and now - self.reserved_at >= SOON_S

    def is_new(self, now: float) -> bool:
        """Return whether it has begun to wait for room only now."""
        return self.node is None and now - self.reserved_at < NEW_S

    def note_node(self, node: str | None, now: float) -> None:
        """Take in which node has room for it; one that lost its node waits from now on."""
        if node is None and self.node is not None:
            self.reserved_at = now
        self.node = node

    def take(self, reservation: Reservation, now: float) -> None:
        """Be in other room, without an actor as yet."""
        self.reservation, self.reserved_at, self.node = reservation, now, None

    @property
    def idle(self) -> bool:
        """Whether its actor is up, has nothing to do, and is to stay."""
        return self.up and self.call is None and not self.leaves

    def begin(self) -> None:
        """Make an actor in the room of this place, or as soon as there is some."""
        await_head()  # which is asked for the name, and Ray waits for it for a minute and then ends the process
        kind = self.kind
        named = {"name": f"{self.name}.{self.pool}.{self.generation}", "max_restarts": 0}
        held = {"num_cpus": kind.cpus, "num_gpus": kind.gpus, "runtime_env": kind.runtime_env}
        options = {**named, **held, "scheduling_strategy": self.reservation.inside()}
        self.actor = ray.remote(kind.remote).options(**options).remote(**kind.arguments(self.number, self.name))
        self.generation += 1
        self.rests_until = None
        self.call, self.streams, self.up = self.actor.ready.remote(), False, False

    def end(self) -> None:
        """Kill the actor, if any; the room is kept."""
        if self.actor is not None and ray.is_initialized():  # else Ray would join or start a cluster to kill it there
            ray.kill(self.actor)
        self.actor, self.call, self.streams, self.up = None, None, False, False

    def close(self) -> None:
        """Kill the actor, and give the room back."""
        self.end()
        if ray.is_initialized():
            self.reservation.give_back()

    def ask(self, method: str, *arguments: Any, name: str | None) -> None:
        """Call a method of the actor; name: of the task on Ray's dashboard."""
        called = getattr(self.actor, method)
        self.call = (called.options(name=name) if name else called).remote(*arguments)

    def ask_stream(self, method: str, *arguments: Any, name: str | None) -> None:
        """Call a generator method of the actor."""
        named = {} if name is None else {"name": name}
        self.call = getattr(self.actor, method).options(num_returns="streaming", **named).remote(*arguments)
        self.streams = True

    def answered(self) -> None:
        """Note that the call in flight is over."""
        self.call, self.streams = None, False
