"""What the checks are run on, and the three ways in which one of them does not end in a plain yes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from spaces.base import PreparedSpace
from tasks.foundation.errors import first_line
from tasks.foundation.randomness import derive_rng

_LONGEST = 1_000  # characters of a text or candidate that a message shows


class Nonconformance(Exception):  # noqa: N818 - an outcome, like the next
    """A space breaks its contract: says in one line how, and with which candidate or text."""


class Doubtful(Exception):  # noqa: N818
    """The contract may be kept, but what was seen would be a rare chance: says what, and what may be wrong."""


class NotApplicable(Exception):  # noqa: N818
    """The contract asks nothing of such a space: says why."""


@dataclass(frozen=True)
class SpaceCase:
    """A space under examination.

    twin: the same space made a second time, as by another worker
    members: how many candidates a check of texts and mutations looks at
    networks: how many candidates are built
    seed: determines all of them
    """

    space: Any
    twin: Any
    members: int = 50
    networks: int = 3
    seed: int = 0

    def rng(self, purpose: str, number: int = 0) -> np.random.Generator:
        """Return the generator of a purpose, the same each time."""
        return derive_rng(self.seed, "conformance", purpose, number)

    def sampled(self) -> list[Any]:
        """Return the members that the checks look at."""
        return [self.space.sample(self.rng("member", number)) for number in range(self.members)]

    def to_build(self) -> list[Any]:
        """Return the candidates whose networks are built: every second one is the mutation of a sample."""
        found = []
        for number in range(self.networks):
            rng = self.rng("network", number)
            candidate = self.space.sample(rng)
            found.append(self.space.mutate(candidate, rng) if number % 2 else candidate)
        return found

    def describe(self, candidate: Any) -> str:
        """Return the text of a candidate, or what Python shows of one that has none."""
        try:
            return shorten(str(self.space.encode(candidate)))
        except Exception:  # a message about something else must not fail over it
            return shorten(repr(candidate))

    def about(self, candidate: Any) -> AbstractContextManager[None]:
        """Name the candidate that a Nonconformance is about; an exception of the space's own code becomes one."""
        return naming(lambda: self.describe(candidate))

    def prepare(self, folder: Path) -> str:
        """Prepare both spaces in ``folder``, as two workers of one run do; returns what there was to do."""
        if not isinstance(self.space, PreparedSpace):
            raise NotApplicable("nothing to prepare: the space has no prepare()")
        for space in (self.space, self.twin):
            space.prepare(folder)
        return "prepared twice in one folder"


@contextmanager
def naming(subject: Callable[[], str]) -> Iterator[None]:
    """Put a subject behind what a Nonconformance says, and make one of every other exception."""
    try:
        yield
    except Nonconformance as broken:
        raise Nonconformance(f"{broken}; for {subject()}") from broken.__cause__
    except Exception as error:
        raise Nonconformance(f"{type(error).__name__}: {shorten(first_line(error))}; for {subject()}") from error


def shorten(text: str) -> str:
    """Return a text in one line of bearable length."""
    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}... ({len(line):,} characters)"


def one_line(text: str) -> str:
    """Return a text without line breaks."""
    return " ".join(text.splitlines())


def require(holds: object, message: str) -> None:
    """Raise Nonconformance with ``message`` unless the condition holds."""
    if not holds:
        raise Nonconformance(message)
