"""A stand-in for a pool of Ray actors and for what is heard of them: nothing runs, and the test says what happens.

Times are seconds of a clock that the test turns.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from ray.exceptions import ActorDiedError, RayError, RayTaskError

from evo.cluster.pulse import Beat
from evo.engine.pool.actor_events import ActorEvent, Died, GaveUp, Raised, Returned, Started
from evo.engine.pool.pulses import Pulses
from evo.engine.pool.resilient_actors import ResilientActors
from evo.engine.pool.trial_pool import TrialPool, TrialRules
from evo.records.pool_state import PoolState
from evo.records.trial import Outcome, Status
from evo.records.worker_report import WorkerReport

NODE = "node"


class FakeNotes:
    """Notes in this process; those of ``broken`` clusters raise."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.broken = False

    def write(self, key: str, text: str) -> None:
        self._answer()
        self.texts[key] = text

    def read(self, key: str) -> str | None:
        self._answer()
        return self.texts.get(key)

    def forget(self, prefix: str) -> None:
        self._answer()
        self.texts = {key: text for key, text in self.texts.items() if not key.startswith(prefix)}

    def _answer(self) -> None:
        if self.broken:
            raise RuntimeError("the cluster does not answer")


@dataclass
class FakeActor:
    """What is in a place: whether it is up and beats, and the trials that it was given and has not answered."""

    key: str = ""
    up: bool = False
    beats: bool = True
    asked: deque[str] = field(default_factory=deque)
    streams: bool = False
    names: list[str | None] = field(default_factory=list)


def fine(text: str, **more: Any) -> Outcome:
    """Return what an honest worker says of a candidate, the same every time."""
    return Outcome(Status.COMPLETED, fitness=float(text.count("1")), **{"evaluate_s": 0.01, **more})


class FakeActors:
    """Takes the calls of a pool's owner; the events are those that the test has put into ``events``."""

    def __init__(self, places: int, *, may_stream: bool = True) -> None:
        self.now = 0.0
        self.may_stream = may_stream
        self.notes = FakeNotes()
        self.pulses = Pulses(self.notes, self.clock)
        self.actors = {number: FakeActor() for number in range(places)}
        self.events: list[ActorEvent] = []
        self.replaced: list[int] = []
        self.closed = False
        self._beat = 0
        for number in self.actors:
            self._make(number)

    def clock(self) -> float:
        return self.now

    def pool(self, rules: TrialRules) -> TrialPool:
        """Return a pool on these actors."""
        return TrialPool(cast(ResilientActors, self), self.pulses, rules, clock=self.clock)

    # what the owner calls

    @property
    def idle(self) -> list[int]:
        return [number for number, actor in self.actors.items() if actor.up and not actor.names]

    def name(self, number: int) -> str:
        return f"selfnas/test/worker-{number}"

    def state(self) -> PoolState:
        up = sum(actor.up for actor in self.actors.values())
        return PoolState(up=up, starting=len(self.actors) - up, wanted=len(self.actors))

    def call(self, number: int, method: str, text: str, *rest: Any, name: str | None = None) -> None:
        assert method == "evaluate"
        self._take(number, [text], name, streams=False)

    def stream(
        self, number: int, method: str, asked: Sequence[tuple[str, int, float | None]], *rest: Any, name: str
    ) -> None:
        assert (method, self.may_stream) == ("evaluate_each", True)
        self._take(number, [text for text, *_ in asked], name, streams=True)

    def replace(self, number: int) -> None:
        assert number in self.actors, "it is closed"
        self.replaced.append(number)
        self._make(number)

    def wait(self, timeout_s: float) -> list[ActorEvent]:
        events, self.events = self.events, []
        for event in events:
            if isinstance(event, Raised) or (isinstance(event, Returned) and event.last):
                self._of(event.number).names = []
        return events

    def close(self) -> None:
        self.pass_s(0.0)  # who lives beats until it is killed
        self.closed = True

    # what the test lets happen

    def start(self, *numbers: int) -> None:
        """Let actors be up, and beat for the first time."""
        for number in numbers:
            self.actors[number].up = True
            self.events.append(Started(number))
        self.pass_s(0.0)

    def answer(
        self, number: int, outcome: Outcome | None = None, resident: int | None = None, *, ends: bool = True
    ) -> str:
        """Let an actor answer the first trial that it has; returns the trial's text.

        ends: whether a stream that has no other item left comes to its end as well
        """
        actor = self.actors[number]
        text = actor.asked.popleft()
        report = WorkerReport(outcome or fine(text), resident)
        self.events.append(Returned(number, report, last=not actor.streams))
        if ends and actor.streams and not actor.asked:
            self.end(number)
        return text

    def end(self, number: int) -> None:
        """Let a stream end, whatever is left of it."""
        self.events.append(Returned(number, None))
        self.actors[number].asked = deque()

    def fail(self, number: int) -> None:
        """Let a call raise."""
        self.events.append(Raised(number, RayTaskError("evaluate", "Traceback", KeyboardInterrupt())))  # type: ignore[no-untyped-call]
        self.actors[number].asked = deque()

    def die(self, number: int, error: RayError | None = None, *, leaving: bool = False) -> None:
        """Let an actor die, of what it was told to go where it is ``leaving``; another one starts in its place."""
        actor = self.actors[number]
        if leaving:
            self.notes.texts[actor.key] = Beat(10**6, NODE, None, leaving=True).text()
        self.events.append(Died(number, error or ActorDiedError(), 0 if actor.up else 1))
        self._make(number)

    def give_up(self, number: int) -> None:
        """Let a place be closed."""
        self.events.append(GaveUp(number, "its machine left"))
        del self.actors[number]

    def pass_s(self, seconds: float, kills: int | None = None) -> None:
        """Let time pass, in which every actor that is up beats, but those that are frozen."""
        self.now += seconds
        self._beat += 1
        for actor in self.actors.values():
            if actor.up and actor.beats:
                self.notes.texts[actor.key] = Beat(self._beat, NODE, kills).text()
        self.pulses.listen()

    def _take(self, number: int, texts: list[str], name: str | None, *, streams: bool) -> None:
        actor = self.actors[number]
        assert number in self.idle, "it is busy"
        actor.asked, actor.streams, actor.names = deque(texts), streams, [name]

    def _of(self, number: int) -> FakeActor:
        return self.actors.get(number, FakeActor())

    def _make(self, number: int) -> None:
        self.actors[number] = FakeActor(self.pulses.new_key(number))
