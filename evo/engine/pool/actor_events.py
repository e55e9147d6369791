"""What happens to the actors of a pool, as its owner hears of it."""

from dataclasses import dataclass
from typing import Any

from ray.exceptions import RayError, RayTaskError


@dataclass(frozen=True)
class Started:
    """The actor of a place is up."""

    number: int


@dataclass(frozen=True)
class Returned:
    """A call came back with a value, or a stream with one of its items.

    last: whether the actor is idle again; a stream ends with an event of its own, whose value is None
    """

    number: int
    value: Any
    last: bool = True


@dataclass(frozen=True)
class Raised:
    """A call raised an error; its actor lives on."""

    number: int
    error: RayTaskError


@dataclass(frozen=True)
class Died:
    """An actor died and is replaced; failed_starts: how many in a row died before they were up, this one too."""

    number: int
    error: RayError
    failed_starts: int


@dataclass(frozen=True)
class GaveUp:
    """A place is closed for good, with nothing in flight; reason: in words."""

    number: int
    reason: str


ActorEvent = Started | Returned | Raised | Died | GaveUp
