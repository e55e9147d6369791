"""Short trainings of all members that come before the whole ones, and drop what cannot be expected to end well."""

from collections.abc import Callable
from dataclasses import dataclass

from fitness.base import AbandonedError
from fitness.rank_correlation.member_trainings import MemberScores
from fitness.training.racing import RUNG, check_rungs
from tasks import UsageError

TRAININGS = "trainings"
"""The metric of what a task has cost, in trainings of a member that are whole and repeated."""
MARGIN = 0.3
"""The margin that is taken where none is given."""
_LARGEST_MARGIN = 2.0  # two statistics do not differ by more

Train = Callable[[int, float], MemberScores]
"""Trains the members for so many steps, until their statistic is certain to end below a number."""


@dataclass(frozen=True)
class Rungs:
    """Trainings of ``steps``, ascending and each made once, before ``repeats`` of ``whole`` steps each.

    margin: by how much the statistic at a rung may be below the threshold; raises UsageError for numbers out of range
    """

    steps: tuple[int, ...]
    whole: int
    repeats: int
    margin: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        if not 0 <= self.margin <= _LARGEST_MARGIN:
            raise UsageError(f"fitness.rung_margin={self.margin:g}: must be from 0 to {_LARGEST_MARGIN:g}")
        if self.margin != MARGIN and not self.steps:
            raise UsageError(f"fitness.rung_margin={self.margin:g}: fitness.rungs alone have one; give these, too")
        check_rungs(self.steps, self.whole)

    def race(self, train: Train, threshold: float | None) -> float:
        """Return what the rungs cost, in trainings as ``TRAININGS`` counts them; without a threshold there are none.

        Raises AbandonedError where a statistic at a rung is below threshold - margin. A rung where all members score
        alike says nothing.
        """
        spent = 0.0
        if threshold is None:
            return spent
        for steps in self.steps:
            scores = train(steps, threshold - self.margin)
            spent += scores.scored * steps / (self.whole * self.repeats)
            if scores.bound is not None:
                said = f"at most {scores.bound:.4f} at {steps} steps, below {threshold:.4f} - {self.margin:g}"
                found = {RUNG: float(steps), "rho at rung": scores.bound, TRAININGS: spent}
                raise AbandonedError(said, {**scores.counts(), "scored": 0.0, **found})
        return spent
