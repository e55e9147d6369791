"""Trainings of a panel's members under a task or a set of tasks: the scores that they give, and when to stop.

Letters: T tasks, P members, K repeats.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fitness.base import EvalContext
from fitness.rank_correlation.member_metrics import counts_of_members, metrics_of_members
from fitness.rank_correlation.panel_members import PanelMembers
from fitness.rank_correlation.statistic import Statistic, together
from fitness.regression.fitness import RegressionFitness
from tasks import derive_seed

if TYPE_CHECKING:
    from tasks import ProxyTask, SequenceTask

Array = NDArray[np.float64]

_ROUNDING = 1e-9  # far below the difference of any two correlations, far above the errors of one


@dataclass(frozen=True)
class MemberScores:
    """Scores of members by each task, [T, P], NaN of those that were not trained.

    bound: the most that their statistic could be, where it cannot be what was asked for; else None
    """

    each: Array
    bound: float | None

    @property
    def scored(self) -> int:
        """How many members were trained."""
        return int(np.count_nonzero(~np.isnan(self.each).any(axis=0)))

    def together(self) -> Array:
        """Return the scores [P] of all members; those of a set are joined."""
        return together(self.each)

    def counts(self) -> dict[str, float]:
        """Return how many members there are, were trained, and failed."""
        return counts_of_members(self.each)

    def metrics(self, *, kept: bool = True) -> dict[str, float]:
        """Return the counts, and the members' scores where they are kept; those of a set once all are known."""
        whole = len(self.each) == 1 or self.scored == self.each.shape[1]
        return {**self.counts(), **(metrics_of_members(self.together()) if kept and whole else {})}


class MemberTrainings:
    """The members of a panel, each trained under every one of T tasks, K times.

    Repeats differ in initial weights, images, targets and noise; those of one number are the same for all tasks.
    """

    def __init__(
        self,
        members: PanelMembers,
        statistic: Statistic,
        tasks: "Sequence[ProxyTask | SequenceTask]",
        context: EvalContext,
        **training: Any,
    ) -> None:
        """Train nothing yet; training: options of ``regression`` beside task and steps."""
        self._members, self._statistic, self._context = members, statistic, context
        self._tasks = [{"task": task.to_json(), **training} for task in tasks]

    def scores(self, seeds: Sequence[int], steps: int, threshold: float | None) -> MemberScores:
        """Return the members' scores, of all of them unless the statistic is certain to end below ``threshold``.

        A member's score by a task is the mean over repeats, minus infinity where one of them gives none: repeats have
        targets of their own, and so levels of their own, which a mean without one of them would mistake for the
        member's worth. Raises DeadlineExceededError, and whatever says that memory ran out.

        seeds: of the K repeats
        """
        trained = [[(seed, RegressionFitness(steps=steps, **task)) for seed in seeds] for task in self._tasks]
        each = np.full((len(self._tasks), len(self._members)), np.nan)
        for count, member in enumerate(_outside_in(self._members.labels), start=1):
            each[:, member] = [self._mean(member, repeats) for repeats in trained]
            if threshold is not None:
                bound = self._statistic.highest(each, enough=threshold)
                if bound < (threshold if count == len(self._members) else threshold - _ROUNDING):
                    return MemberScores(each, bound)
        return MemberScores(each, None)

    def _mean(self, member: int, repeats: Sequence[tuple[int, RegressionFitness]]) -> float:
        given = [
            self._members.score(member, fitness, replace(self._context, data_seed=seed)) for seed, fitness in repeats
        ]
        return math.fsum(given) / len(given)


def repeat_seeds(data_seed: int, draw: int, repeats: int) -> list[int]:
    """Return the seeds of what the repeats of a draw draw; that of the very first is the run's own."""
    first = derive_seed(data_seed, "panel", "draw", draw) if draw else data_seed
    return [first, *(derive_seed(first, "panel", "repeat", repeat) for repeat in range(1, repeats))]


def _outside_in(labels: Array) -> list[int]:
    """Return the rows of labels [P]: best, worst, second best, second worst, ...

    In a simulation with 20 members this order cuts the members that are scored before a task is abandoned by a quarter.
    """
    ascending: list[int] = np.argsort(labels, kind="stable").tolist()
    return [ascending.pop(0 if turn % 2 else -1) for turn in range(len(labels))]
