"""What a search would see of tasks on panels drawn from a pool, and what it would not: their worth on the others.

Letters: S panels, T tasks, D draws, P members, A architectures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.drawn_panels import Panels
from tests.benchmarks.panel_statistics import STATISTICS, Array, spearman
from tests.benchmarks.task_pool import TaskPool

Rows = NDArray[np.intp]
PLAIN = "spearman"
MEAN_SCORES, MEAN_RHO, LAST_ROUND = "two draws, rho of mean scores", "two draws, mean rho", "best ten in a second draw"
FINALISTS = 10


@dataclass(frozen=True)
class PanelTrials:
    """A pool with one label, and panels drawn from it."""

    pool: TaskPool
    panels: Panels

    @cached_property
    def label(self) -> Array:
        """The label of each architecture, [A]."""
        (only,) = self.pool.labels.values()
        return only

    @cached_property
    def member_labels(self) -> Array:
        """Labels of the members, [S, 1, P]."""
        return self.label[self.panels.members][:, None]

    @cached_property
    def rho(self) -> Array:
        """Spearman's rho of each task among the members in each draw, [S, T, D]."""
        return spearman(self.panels.on_members(self.pool.scores), self.member_labels[:, None])

    @cached_property
    def worth(self) -> Array:
        """What each task reaches among the other architectures, on average over draws, [S, T]."""
        found: Array = self.panels.on_others(self.pool.scores, self.label).mean(-1)
        return found

    @cached_property
    def statistics(self) -> Mapping[str, Array]:
        """Each statistic of each task among the members, [S, T]."""
        first = self.panels.on_members(self.pool.scores[:, 0])
        found = {name: statistic(first, self.member_labels) for name, statistic in STATISTICS.items()}
        if self.pool.scores.shape[1] > 1:
            found[MEAN_SCORES] = spearman(self.panels.on_members(self.pool.scores.mean(1)), self.member_labels)
            found[MEAN_RHO] = self.rho.mean(-1)
        return found

    def with_shipped(self) -> "PanelTrials":
        """Return the same with the shipped tasks among the others, tried before them."""
        shipped = list(self.pool.published.values())
        if not shipped:
            return self
        first = np.broadcast_to(np.arange(len(shipped)), (len(self.panels), len(shipped)))
        order = np.hstack([first, self.panels.order + len(shipped)])
        pool = replace(self.pool, scores=np.concatenate([np.stack(shipped), self.pool.scores]), published={})
        return PanelTrials(pool, replace(self.panels, order=order))

    def best(self, name: str, tasks: int) -> Rows:
        """Return the task of the highest statistic among the first ``tasks`` of each panel's order, [S]."""
        return best_of(self.statistics[name], self.panels.order[:, :tasks])

    def best_of_last_round(self, tasks: int) -> Rows:
        """Return the task of the highest mean rho of all draws among the ten that are best in the first one, [S]."""
        tried = self.panels.order[:, :tasks]
        finalists = ranked(self.statistics[PLAIN], tried)[:, :FINALISTS]
        return best_of(self.statistics[MEAN_RHO], finalists)

    def worth_of(self, chosen: Rows) -> Array:
        """Return what the chosen task [S] of each panel is worth, [S]."""
        return np.take_along_axis(self.worth, chosen[:, None], 1)[:, 0]


def ranked(statistic: Array, tried: Rows) -> Rows:
    """Return the tasks tried [S, n] in descending order of a statistic [S, T], earlier ones first where it is equal."""
    order = np.argsort(-np.take_along_axis(statistic, tried, 1), axis=1, kind="stable")
    return np.take_along_axis(tried, order, 1)


def best_of(statistic: Array, tried: Rows) -> Rows:
    """Return the first of ``ranked``, [S]."""
    return ranked(statistic, tried)[:, 0]
