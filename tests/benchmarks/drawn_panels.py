"""Panels drawn from a pool's architectures, and what tasks are worth on the others.

Letters: S panels, P members of one, R others, T tasks, A architectures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.panel_statistics import spearman

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Panels:
    """Which architectures are members [S, P], and which are not [S, R].

    order: in which each panel's tasks are tried, [S, T]
    """

    members: Rows
    others: Rows
    order: Rows

    def __len__(self) -> int:
        """Return the number of panels."""
        return len(self.members)

    def on_members(self, values: Array) -> Array:
        """Return values [..., A] of the members, panels first: [S, ..., P]."""
        return np.moveaxis(values[..., self.members], -2, 0)

    def on_others(self, scores: Array, labels: Array) -> Array:
        """Return rho of scores [..., A] and labels [A] among the others of each panel: [S, ...]."""
        return np.stack([spearman(scores[..., others], labels[others]) for others in self.others])


def draw_panels(archs: int, tasks: int, *, size: int, count: int, rng: np.random.Generator) -> Panels:
    """Return panels of ``size`` members, any as likely as any other, and orders of the tasks."""
    drawn = rng.permuted(np.tile(np.arange(archs), (count, 1)), axis=1)
    order = rng.permuted(np.tile(np.arange(tasks), (count, 1)), axis=1)
    return Panels(drawn[:, :size], drawn[:, size:], order)


def stratified_panels(by: Array, tasks: int, *, size: int, count: int, rng: np.random.Generator) -> Panels:
    """Return panels with one member from each of ``size`` groups of ascending values ``by`` [A]."""
    groups = np.array_split(np.argsort(by, kind="stable"), size)
    members = np.stack([[rng.choice(group) for group in groups] for _ in range(count)])
    others = np.stack([np.setdiff1d(np.arange(len(by)), one) for one in members])
    return Panels(members, others, rng.permuted(np.tile(np.arange(tasks), (count, 1)), axis=1))
