"""What the checks are run on; how one of them ends is told in ``tasks.conformance``."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from spaces.base import PreparedSpace
from tasks.conformance.outcomes import Doubtful as Doubtful
from tasks.conformance.outcomes import Nonconformance as Nonconformance
from tasks.conformance.outcomes import NotApplicable as NotApplicable
from tasks.conformance.outcomes import naming as naming
from tasks.conformance.outcomes import require as require
from tasks.conformance.outcomes import shorten as shorten
from tasks.foundation.randomness import derive_rng


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
