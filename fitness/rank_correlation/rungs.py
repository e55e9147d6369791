"""Short trainings of all members that come before the whole ones, and drop what cannot be expected to end well."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import index

from fitness.base import AbandonedError
from fitness.rank_correlation.member_trainings import MemberScores
from tasks import UsageError
from tasks.foundation.errors import bounded

TRAININGS = "trainings"
"""The metric of what a task has cost, in trainings of a member that are whole and repeated."""
MARGIN = 0.3
"""The margin that is taken where none is given."""
_LARGEST_MARGIN = 2.0  # two statistics do not differ by more
_LONGEST = 80

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
        if any(low >= high for low, high in zip((0, *self.steps), (*self.steps, self.whole), strict=True)):
            given = bounded(",".join(map(str, self.steps)), _LONGEST)
            raise UsageError(
                f"fitness.rungs={given}: ascending numbers of steps are needed, from 1 to below fitness.steps="
                f"{self.whole}"
            )

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
                found = {"rung": float(steps), "rho at rung": scores.bound, TRAININGS: spent}
                raise AbandonedError(said, {**scores.counts(), "scored": 0.0, **found})
        return spent


def settle_rungs(given: int | str | Sequence[int]) -> tuple[int, ...]:
    """Return the steps of an option such as ``10,30``; raises UsageError for what are no whole numbers."""
    parts = given.split(",") if isinstance(given, str) else [given] if isinstance(given, int) else given
    try:
        return tuple(int(part) if isinstance(part, str) else index(part) for part in parts) if given else ()
    except (TypeError, ValueError):
        said = bounded(repr(given), _LONGEST)
        raise UsageError(f"fitness.rungs={said}: numbers of steps are needed, e.g. 10,30") from None
