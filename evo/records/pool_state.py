"""What a pool of workers is doing at a moment, as those who watch a search see it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

SHOWN = 5
"""How many of the trials in flight a state names."""


@dataclass(frozen=True)
class RunningTrial:
    """A trial in flight; seconds: for how long; worker: that is at it, without the run's name."""

    trial_id: int
    seconds: float
    worker: str


def longest_of(running: Iterable[RunningTrial]) -> tuple[RunningTrial, ...]:
    """Return the trials in flight that have run longest, longest first: at most ``SHOWN``."""
    return tuple(sorted(running, key=lambda each: (-each.seconds, each.trial_id))[:SHOWN])


@dataclass(frozen=True)
class PoolState:
    """Workers and trials of a pool; all zero for one that scores in the search's own process.

    up, starting, waiting: workers that score, that load, and that no machine has room for yet; wanted: all asked for
    waiting_for: what those wait for, ``GPU`` or ``CPU``; None where none waits
    queued, in_flight: trials that have not started, and that a worker is at; idle: workers that are up without one
    oldest_trial, oldest_s: number of the trial in flight that has run longest, None without one, and its seconds
    running: the trials in flight that have run longest, at most ``SHOWN``, longest first
    begun_again: trials begun once more, since the start; nodes_lost: machines that went away, since the start
    """

    up: int = 0
    starting: int = 0
    waiting: int = 0
    waiting_for: str | None = None
    wanted: int = 0
    queued: int = 0
    in_flight: int = 0
    idle: int = 0
    oldest_trial: int | None = None
    oldest_s: float = 0.0
    begun_again: int = 0
    nodes_lost: int = 0
    running: tuple[RunningTrial, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what a heartbeat says of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: object) -> Self:
        """Return the state that a heartbeat says, all zero where it says none."""
        try:
            return TypeAdapter(cls).validate_python(values)
        except ValidationError:
            return cls()
