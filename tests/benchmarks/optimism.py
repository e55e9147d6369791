"""By how much the best of many tasks on a panel promises more than it keeps: rival estimates from the panel alone.

Every rule says what to take off rho of the best K tasks joined. Letters: T tasks, D draws, P members, K tasks of a set,
H halves or resamples, N members looked at.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from tests.benchmarks.joined_best import Rows, choose, join, reached, rho_of
from tests.benchmarks.panel_statistics import Array, Statistic, correlation, spearman, unbiased_spearman

HALVES = 200
QUARTERS = 0.75


@dataclass(frozen=True)
class ScoredPanel:
    """Scores [T, D, P] and labels [P] of a panel, how many tasks are joined, and what its cuts are drawn by."""

    scores: Array
    labels: Array
    best: int
    rng: np.random.Generator

    @cached_property
    def rho(self) -> Array:
        """The mean rho over draws of each task, [T]."""
        return rho_of(self.scores, self.labels)

    @cached_property
    def chosen(self) -> Rows:
        """The best tasks of the panel, [K]."""
        return choose(self.scores, self.labels, self.best)

    @cached_property
    def observed(self) -> float:
        """What the best reach, joined, on the panel."""
        return float(reached(self.scores, self.labels, self.chosen))

    @cached_property
    def small(self) -> float:
        """By how much that has to rise to be rho of a large population on average."""
        both = join(self.scores, self.chosen)
        return float(np.mean(unbiased_spearman(both, self.labels) - spearman(both, self.labels)))

    @cached_property
    def halves(self) -> list[Rows]:
        """One half of the members and the other, [H, P / 2] each."""
        return self._cut(0.5)

    @cached_property
    def on_halves(self) -> tuple[float, float]:
        """What the best of a half reach there, and on the other half, on average."""
        return self._on(self.halves, spearman)

    @cached_property
    def on_quarters(self) -> tuple[float, float]:
        """What the best of three quarters reach there and on the rest, on average, without the bias of few members."""
        return self._on(self._cut(QUARTERS), unbiased_spearman)

    @cached_property
    def agreement(self) -> float:
        """The mean correlation over tasks of rho on one half of the members with rho on the other, 0 or above."""
        one, other = (rho_of(self.of(rows), self.labels[rows]) for rows in self.halves)
        return max(0.0, float(correlation(one, other).mean()))

    def of(self, members: Rows) -> Array:
        """Return the scores of members [H, N]: [H, T, D, N]."""
        return np.moveaxis(self.scores[..., members], -2, 0)

    def shrunk(self, kept: float) -> float:
        """Return what the chosen lose on average where they keep this share of their distance from the mean z."""
        z = fisher(self.rho)
        left = np.tanh(z.mean() + kept * (z[self.chosen] - z.mean()))
        return float(np.mean(self.rho[self.chosen] - left))

    def _cut(self, share: float) -> list[Rows]:
        order = self.rng.permuted(np.tile(np.arange(len(self.labels)), (HALVES, 1)), axis=1)
        return np.split(order, [int(len(self.labels) * share)], axis=1)

    def _on(self, parts: list[Rows], statistic: Statistic) -> tuple[float, float]:
        one, other = parts
        chosen = choose(self.of(one), self.labels[one], self.best)
        here, there = (reached(self.of(rows), self.labels[rows], chosen, statistic) for rows in (one, other))
        return float(here.mean()), float(there.mean())


Rule = Callable[[ScoredPanel], float]


def none(_panel: ScoredPanel) -> float:
    """Take off nothing."""
    return 0.0


def halved(panel: ScoredPanel, *, divisor: float) -> float:
    """Take off what the best of one half loses on the other, divided by ``divisor``.

    That is the root of 2 where tasks differ by errors alone; where they differ truly, the winner's error falls faster.
    """
    here, there = panel.on_halves
    return (here - there) / divisor


def halved_by_agreement(panel: ScoredPanel) -> float:
    """Take off what the best of one half loses on the other, divided by the root of 2 (1 + r).

    r is the correlation over tasks of rho on one half with rho on the other. With errors of variance e on the whole
    panel and tasks that truly vary by t, the best is too good by a multiple of e / sqrt(t + e); on a half that holds
    with 2 e for e, and r is t / (t + 2 e).
    """
    return halved(panel, divisor=math.sqrt(2 * (1 + panel.agreement)))


def shrunken_by_agreement(panel: ScoredPanel) -> float:
    """Take off what shrinking z towards the mean of all tasks takes off, by 2 r / (1 + r) (Spearman, 1910)."""
    return panel.shrunk(2 * panel.agreement / (1 + panel.agreement))


def half_for_half(panel: ScoredPanel) -> float:
    """Take off as much as leaves what the best of one half reaches on the other."""
    return panel.observed - panel.on_halves[1]


def left_out(panel: ScoredPanel) -> float:
    """Take off as much as leaves what the best of three quarters reaches on the rest, without the bias of few."""
    return panel.observed - panel.on_quarters[1]


def lost_on_the_left_out(panel: ScoredPanel) -> float:
    """Take off what the best of three quarters loses on the rest, as far as four quarters lose less."""
    here, there = panel.on_quarters
    return (here - there) * math.sqrt(QUARTERS) - panel.small


def bootstrapped(panel: ScoredPanel) -> float:
    """Take off what the best of members drawn with replacement loses on the panel itself (Efron, 1983)."""
    size = len(panel.labels)
    drawn = panel.rng.integers(size, size=(HALVES, size))
    chosen = choose(panel.of(drawn), panel.labels[drawn], panel.best)
    whole = np.broadcast_to(panel.scores, (HALVES, *panel.scores.shape))
    theirs = reached(panel.of(drawn), panel.labels[drawn], chosen)
    return float(np.mean(theirs - reached(whole, np.tile(panel.labels, (HALVES, 1)), chosen)))


def shrunken(panel: ScoredPanel, *, measured: bool) -> float:
    """Take off what empirical Bayes takes off Fisher's z of the best, towards the mean of all tasks.

    measured: whether the errors in which tasks differ are found by leaving members out; else they are 1.06 / (P - 3),
    which counts the panel's luck that all tasks share as well
    """
    spread = float(fisher(panel.rho).var(ddof=1))
    error = _differing_errors(panel) if measured else 1.06 / (len(panel.labels) - 3)
    return panel.shrunk(max(0.0, 1 - error / spread) if spread else 1.0)


def fisher(rho: Array) -> Array:
    """Return Fisher's z, that of .999 at most."""
    z: Array = np.arctanh(np.clip(rho, -0.999, 0.999))
    return z


def _differing_errors(panel: ScoredPanel) -> float:
    """Return the jackknife's variance of a task's z less the mean z of all tasks, mean over tasks."""
    size = len(panel.labels)
    left = np.array([np.delete(np.arange(size), member) for member in range(size)])
    z = fisher(rho_of(panel.of(left), panel.labels[left]))
    apart = z - z.mean(1, keepdims=True)
    return float(((size - 1) * apart.var(0)).mean())


WITHOUT_BIAS: Mapping[str, Rule] = {
    "a quarter left out": left_out,
    "loss on a quarter": lost_on_the_left_out,
}
"""Rules that make up for the bias of few members as well."""
RULES: Mapping[str, Rule] = {
    "none": none,
    "halves / root of 2": partial(halved, divisor=2**0.5),
    "halves / 2": partial(halved, divisor=2.0),
    "halves by their agreement": halved_by_agreement,
    "the other half": half_for_half,
    "bootstrap": bootstrapped,
    "empirical Bayes": partial(shrunken, measured=False),
    "empirical Bayes, errors measured": partial(shrunken, measured=True),
    "shrunken by halves' agreement": shrunken_by_agreement,
}
