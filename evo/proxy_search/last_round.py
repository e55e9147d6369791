"""The last round of a search of proxy tasks: its best tasks scored again with other images and initial weights.

The best of many tasks is the best partly by luck. So the choice is made on the mean of both scores, and what is said of
it is what is to be expected on other architectures. Letters: T tasks, D draws, P members of the panel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.proxy_search.judged_task import JudgedTask
from evo.proxy_search.scored_tasks import ScoredTasks
from fitness.rank_correlation.expected_value import Expected, expected_value, luck_of_best
from fitness.rank_correlation.judging_panel import JudgingPanel
from fitness.rank_correlation.statistic import together
from fitness.rank_correlation.statistic_of_each import spearman_of_each

Array = NDArray[np.float64]

JOINED = 5
"""Tasks, the best ones, that are judged joined, too."""


@dataclass(frozen=True)
class Rescored:
    """A task that was scored by several draws: scores [D, P] of the members, and what it reaches by each draw [D].

    backwards: whether it ranks the members the other way round, which a statistic without a sign calls good
    """

    task: JudgedTask
    scores: Array
    values: Array
    backwards: bool = False

    @property
    def mean(self) -> float:
        """What it reaches on the mean over draws."""
        return float(self.values.mean())

    @property
    def failed(self) -> int:
        """How many scores of members are none, by all draws."""
        return int(np.isinf(self.scores).sum())


@dataclass(frozen=True)
class LastRound:
    """What the last round found.

    tasks: best first, by the mean over draws
    expected: what is expected of the chosen one on other architectures
    joined: the tasks whose scores are joined, nothing where they are not; together: what is expected of these
    sizes: what counting reaches on the same members, by name; searched: what the search knew
    among: how many tasks were chosen among: those of the search, and those beside them
    """

    tasks: Sequence[Rescored]
    expected: Expected
    joined: Sequence[Rescored]
    together: Expected | None
    sizes: dict[str, float]
    searched: ScoredTasks
    among: int

    @property
    def chosen(self) -> Rescored:
        """The task of the highest mean."""
        return self.tasks[0]


def rescored(tasks: Sequence[JudgedTask], drawn: Array, panel: JudgingPanel) -> list[Rescored]:
    """Return tasks with their scores [T, D, P] and what they reach."""
    labels = panel.labels
    return [
        Rescored(task, each, panel.statistic(each, labels), panel.absolute and bool(_signed(each, labels) < 0))
        for task, each in zip(tasks, drawn, strict=True)
    ]


def _signed(scores: Array, labels: Array) -> float:
    return float(spearman_of_each(scores, labels).mean())


def judged(
    tasks: Sequence[Rescored],
    searched: ScoredTasks,
    panel: JudgingPanel,
    sizes: Mapping[str, Array],
    rng: np.random.Generator,
    *,
    joining: bool = True,
) -> LastRound:
    """Return what the last round says of tasks, at least one; of equal means the first is chosen.

    sizes: counts [P] by name; joining: whether tasks can be joined
    """
    ranked = sorted(tasks, key=lambda one: -one.mean)
    firsts = {one.task.key: one for one in reversed(ranked)}
    joining = joining and not ranked[0].backwards
    alike = [one for one in ranked if firsts[one.task.key] is one and not one.backwards]
    joined = alike[:JOINED] if joining else []
    chosen_among, labels, statistic = _chosen_among(tasks, searched), panel.labels, panel.statistic

    def expected(best: Sequence[Rescored], luck: float) -> Expected:
        return expected_value(joined_draws([one.scores for one in best]), labels, luck, statistic=statistic)

    lucks = luck_of_best(chosen_among, labels, rng, statistic=statistic, counts=(1, max(len(joined), 1)))
    return LastRound(
        tasks=ranked,
        expected=expected(ranked[:1], lucks[0]),
        joined=joined if len(joined) > 1 else [],
        together=expected(joined, lucks[1]) if len(joined) > 1 else None,
        sizes={name: float(statistic(counts[None], labels)[0]) for name, counts in sizes.items()},
        searched=searched,
        among=len(chosen_among),
    )


def joined_draws(scores: Sequence[Array]) -> Array:
    """Return what tasks score together, [D, P], from the scores [D, P] of each."""
    return np.array([together(draw) for draw in np.stack(scores, axis=1)])


def _chosen_among(tasks: Sequence[Rescored], searched: ScoredTasks) -> Array:
    """Return the scores [T, P] by the first draw of all that was chosen among, once each."""
    others = {one.task.key: one.scores[0] for one in tasks if one.task.key not in searched.keys}
    return np.vstack([searched.scores, *others.values()])
