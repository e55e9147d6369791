"""By how much the best of many tasks on a panel promises more than it keeps: rival estimates from the panel alone.

Every rule sees scores [T, D, P] and labels [P] and says what to take off rho of the best K tasks joined. Letters: T
tasks, D draws, P members, K tasks of a set, H halves or resamples, N members looked at.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from tests.benchmarks.panel_statistics import Array, Statistic, correlation, spearman, unbiased_spearman

Rows = NDArray[np.intp]
Rule = Callable[[Array, Array, int, np.random.Generator], float]
HALVES = 200
QUARTERS = 0.75


def reached(scores: Array, labels: Array, chosen: Rows, statistic: Statistic = spearman) -> Array:
    """Return rho, or another statistic, of joined tasks, mean over draws: [...].

    scores: [..., T, D, N]; labels: [..., N]; chosen: [..., K]
    """
    found: Array = statistic(join(scores, chosen), labels[..., None, :]).mean(-1)
    return found


def join(scores: Array, chosen: Rows) -> Array:
    """Return the mean logarithm of ranks among N members of the chosen tasks, in each draw: [..., D, N]."""
    taken = np.take_along_axis(scores, chosen[..., None, None], -3)
    logs: Array = np.log(rankdata(taken, axis=-1)).mean(-3)
    return logs


def choose(scores: Array, labels: Array, best: int) -> Rows:
    """Return the tasks of the highest mean rho over draws, best first: [..., K]."""
    return np.argsort(-rho_of(scores, labels), axis=-1, kind="stable")[..., :best]


def rho_of(scores: Array, labels: Array) -> Array:
    """Return the mean rho over draws of each task: [..., T]."""
    found: Array = spearman(scores, labels[..., None, None, :]).mean(-1)
    return found


def none(_scores: Array, _labels: Array, _best: int, _rng: np.random.Generator) -> float:
    """Take off nothing."""
    return 0.0


def halved(scores: Array, labels: Array, best: int, rng: np.random.Generator, *, divisor: float) -> float:
    """Take off what the best of one half loses on the other, divided by ``divisor``.

    That is the root of 2 where tasks differ by errors alone; where they differ truly, the winner's error falls faster.
    """
    here, there = _on_parts(scores, labels, best, rng)
    return float(np.mean(here - there)) / divisor


def halved_by_agreement(scores: Array, labels: Array, best: int, rng: np.random.Generator) -> float:
    """Take off what the best of one half loses on the other, divided by the root of 2 (1 + r).

    r is the correlation over tasks of rho on one half with rho on the other. With errors of variance e on the whole
    panel and tasks that truly vary by t, the best is too good by a multiple of e / sqrt(t + e); on a half that holds
    with 2 e for e, and r is t / (t + 2 e).
    """
    here, there = _on_parts(scores, labels, best, rng)
    return float(np.mean(here - there)) / math.sqrt(2 * (1 + agreement_of_halves(scores, labels, rng)))


def shrunken_by_agreement(scores: Array, labels: Array, best: int, rng: np.random.Generator) -> float:
    """Take off what shrinking z towards the mean of all tasks takes off, by 2 r / (1 + r) (Spearman, 1910)."""
    agreement = agreement_of_halves(scores, labels, rng)
    return _shrunk(rho_of(scores, labels), choose(scores, labels, best), 2 * agreement / (1 + agreement))


def agreement_of_halves(scores: Array, labels: Array, rng: np.random.Generator) -> float:
    """Return the mean correlation over tasks of rho on one half of the members with rho on the other, 0 or above."""
    parts = _parts(len(labels), 0.5, rng)
    one, other = (rho_of(_members(scores, rows), labels[rows]) for rows in parts)
    return max(0.0, float(correlation(one, other).mean()))


def half_for_half(scores: Array, labels: Array, best: int, rng: np.random.Generator) -> float:
    """Take off as much as leaves what the best of one half reaches on the other."""
    _, there = _on_parts(scores, labels, best, rng)
    return float(reached(scores, labels, choose(scores, labels, best))) - float(np.mean(there))


def left_out(scores: Array, labels: Array, best: int, rng: np.random.Generator) -> float:
    """Take off as much as leaves what the best of three quarters reaches on the rest, without the bias of few."""
    _, there = _on_parts(scores, labels, best, rng, share=QUARTERS, statistic=unbiased_spearman)
    return float(reached(scores, labels, choose(scores, labels, best))) - float(np.mean(there))


def lost_on_the_left_out(scores: Array, labels: Array, best: int, rng: np.random.Generator) -> float:
    """Take off what the best of three quarters loses on the rest, as far as four quarters lose less."""
    here, there = _on_parts(scores, labels, best, rng, share=QUARTERS, statistic=unbiased_spearman)
    lost = float(np.mean(here - there))
    return lost * math.sqrt(QUARTERS) - small_panel(scores, labels, best)


def bootstrapped(scores: Array, labels: Array, best: int, rng: np.random.Generator) -> float:
    """Take off what the best of members drawn with replacement loses on the panel itself (Efron, 1983)."""
    size = len(labels)
    drawn = rng.integers(size, size=(HALVES, size))
    picked, theirs = _members(scores, drawn), labels[drawn]
    chosen = choose(picked, theirs, best)
    whole = np.broadcast_to(scores, (HALVES, *scores.shape))
    return float(np.mean(reached(picked, theirs, chosen) - reached(whole, np.tile(labels, (HALVES, 1)), chosen)))


def shrunken(scores: Array, labels: Array, best: int, _rng: np.random.Generator, *, measured: bool) -> float:
    """Take off what empirical Bayes takes off Fisher's z of the best, towards the mean of all tasks.

    measured: whether the errors in which tasks differ are found by leaving members out; else they are 1.06 / (P - 3),
    which counts the panel's luck that all tasks share as well
    """
    rho = rho_of(scores, labels)
    z = fisher(rho)
    error = _differing_errors(scores, labels) if measured else 1.06 / (len(labels) - 3)
    kept = max(0.0, 1 - error / float(z.var(ddof=1))) if z.var() else 1.0
    return _shrunk(rho, choose(scores, labels, best), kept)


def _shrunk(rho: Array, chosen: Rows, kept: float) -> float:
    """Return what the chosen lose on average where only this share of their distance from the mean z is kept."""
    z = fisher(rho)
    return float(np.mean(rho[chosen] - np.tanh(z.mean() + kept * (z[chosen] - z.mean()))))


def fisher(rho: Array) -> Array:
    """Return Fisher's z, that of .999 at most."""
    z: Array = np.arctanh(np.clip(rho, -0.999, 0.999))
    return z


def small_panel(scores: Array, labels: Array, best: int) -> float:
    """Return by how much rho of the best on P members has to rise to be that of a large population on average."""
    both = join(scores, choose(scores, labels, best))
    return float(np.mean(unbiased_spearman(both, labels) - spearman(both, labels)))


def _on_parts(
    scores: Array,
    labels: Array,
    best: int,
    rng: np.random.Generator,
    *,
    share: float = 0.5,
    statistic: Statistic = spearman,
) -> tuple[Array, Array]:
    """Return what the best of a share of the members reaches there and on the rest, [H] each."""
    one, other = _parts(len(labels), share, rng)
    picked = _members(scores, one)
    chosen = choose(picked, labels[one], best)
    here = reached(picked, labels[one], chosen, statistic)
    return here, reached(_members(scores, other), labels[other], chosen, statistic)


def _parts(size: int, share: float, rng: np.random.Generator) -> list[Rows]:
    """Return this share of the members and the rest, cut in ``HALVES`` ways: [H, N] each."""
    order = rng.permuted(np.tile(np.arange(size), (HALVES, 1)), axis=1)
    return np.split(order, [int(size * share)], axis=1)


def _members(scores: Array, members: Rows) -> Array:
    """Return the scores [T, D, P] of members [H, N]: [H, T, D, N]."""
    return np.moveaxis(scores[..., members], -2, 0)


def _differing_errors(scores: Array, labels: Array) -> float:
    """Return the jackknife's variance of a task's z less the mean z of all tasks, mean over tasks."""
    size = len(labels)
    left = np.array([np.delete(np.arange(size), member) for member in range(size)])
    z = fisher(rho_of(_members(scores, left), labels[left]))
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
