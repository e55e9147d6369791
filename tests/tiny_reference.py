"""A fitness that asks for a reference, for tests of what the engine does before the first trial.

It is cheap on every space: its members may be any fitnesses.
"""

import os
import signal
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fitness import FITNESSES, EvalContext, Fitness, Score
from fitness.reference import Reference, ReferenceMember, ReferenceRequest
from spaces import SearchSpace
from tasks import UsageError


class Standardised(Fitness):
    """A member's value in deviations from the mean of its scores in the reference, in the metrics by its name.

    member: name of a fitness; handed: whether it is handed over as an object
    last: whether the best are chosen by positions at the end; refuses: whether no reference is good enough
    """

    def __init__(
        self,
        *,
        member: str = "tests.toy:CountOnes",
        size: int = 0,
        seed: int = 7,
        given: Sequence[str] = (),
        last: bool = False,
        handed: bool = False,
        refuses: bool = False,
    ) -> None:
        self.member, self.size, self.seed, self.given, self.last = member, size, seed, tuple(given), last
        self.handed, self.refuses = handed, refuses
        self.reference: Reference | None = None
        self._member = Fitness.of(FITNESSES.build(member, {}))

    def reference_request(self, space: SearchSpace[Any]) -> ReferenceRequest:
        made = self._member if self.handed else None
        member = ReferenceMember(self.member, self.member, FITNESSES.resolve(self.member, {}), made)
        return ReferenceRequest((member,), seed=self.seed, size=self.size, given=self.given)

    def take_reference(self, reference: Reference) -> None:
        if self.refuses:
            raise UsageError("no such reference is good enough; choose another member")
        self.reference = reference

    def reference_lines(self) -> list[str]:
        assert self.reference is not None
        return [f"{len(self.reference.drawn)} drawn", f"{len(self.reference.given)} given"]

    def final_weights(self) -> Mapping[str, float]:
        return {self.member: 1.0} if self.last else {}

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        assert self.reference is not None
        value = self._member(candidate, context).value
        scores = self.reference.drawn.scores[self.member]
        return Score(float((value - np.nanmean(scores)) / np.nanstd(scores)), metrics={self.member: value})


class DiesOnce(Standardised):
    """Kills its process for the first candidate of all, as a file in ``folder`` tells."""

    def __init__(self, *, folder: str) -> None:
        super().__init__()
        self.folder = folder

    def __call__(self, candidate: Hashable, context: EvalContext) -> Score:
        died = Path(self.folder) / "died"
        if not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(candidate, context)
