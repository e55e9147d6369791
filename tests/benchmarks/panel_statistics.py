"""Statistics of agreement between scores and labels of a panel, of many panels and tasks at once.

Letters: P members, ... whatever stands before them (panels, tasks). All are 1 where scores rank as labels do, -1 where
they rank the other way round, and 0 where either are all alike.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import norm, rankdata

Array = NDArray[np.float64]
Statistic = Callable[[Array, Array], Array]


def spearman(scores: Array, labels: Array) -> Array:
    """Return the correlation of average ranks of scores [..., P] and labels [..., P]: [...]."""
    return correlation(rankdata(scores, axis=-1), rankdata(labels, axis=-1))


def normal_scores(scores: Array, labels: Array) -> Array:
    """Return the correlation of the normal quantiles of ranks (van der Waerden, 1952): [...]."""
    return correlation(*(ndtri(rankdata(each, axis=-1) / (each.shape[-1] + 1)) for each in (scores, labels)))


def log_ranks(scores: Array, labels: Array) -> Array:
    """Return the correlation of the logarithms of the scores' ranks with the labels' ranks: [...]."""
    return correlation(np.log(rankdata(scores, axis=-1)), rankdata(labels, axis=-1))


def label_values(scores: Array, labels: Array) -> Array:
    """Return the correlation of the scores' ranks with the labels themselves: [...]."""
    return correlation(rankdata(scores, axis=-1), labels)


def kendall(scores: Array, labels: Array) -> Array:
    """Return Kendall's tau-b: [...]."""
    ours, theirs = signs(rankdata(scores, axis=-1)), signs(labels)
    untied = np.sqrt((ours**2).sum(-1) * (theirs**2).sum(-1))
    return _ratio((ours * theirs).sum(-1), untied)


def pairs(scores: Array, labels: Array, noise: float) -> Array:
    """Return the mean sign of agreement over pairs, weighted by how sure the order of their labels is: [...].

    noise: standard deviation of one label, in those of the panel's labels; at 0 all untied pairs weigh alike
    """
    ours, differences = signs(rankdata(scores, axis=-1)), _differences(labels)
    spread = labels.std(-1, keepdims=True)
    sure = 2 * norm.cdf(np.abs(differences) / (np.sqrt(2) * np.maximum(noise * spread, 1e-12))) - 1
    return _ratio((ours * sure * np.sign(differences)).sum(-1), np.broadcast_to(sure, ours.shape).sum(-1))


def cautious(scores: Array, labels: Array) -> Array:
    """Return rho less its standard error, found by leaving each member out in turn: [...]."""
    size = scores.shape[-1]
    left = np.array([np.delete(np.arange(size), member) for member in range(size)])
    each = np.stack([spearman(scores[..., rows], labels[..., rows]) for rows in left])
    found: Array = spearman(scores, labels) - np.sqrt((size - 1) * each.var(0))
    return found


def unbiased_spearman(scores: Array, labels: Array) -> Array:
    """Return the estimate of a population's rho that P members give without bias, where nothing is tied: [...].

    The expected rho of P is ((P - 2) rho + 3 tau) / (P + 1) (Hoeffding, 1948), which is nearer to 0 than rho.
    """
    number = labels.shape[-1]
    found: Array = ((number + 1) * spearman(scores, labels) - 3 * kendall(scores, labels)) / (number - 2)
    return found


def correlation(ours: Array, theirs: Array) -> Array:
    """Return the product-moment correlation along the last axis: [...]."""
    ours, theirs = (each - each.mean(-1, keepdims=True) for each in (ours, theirs))
    return _ratio((ours * theirs).sum(-1), np.sqrt((ours**2).sum(-1) * (theirs**2).sum(-1)))


def signs(values: Array) -> Array:
    """Return the sign of the difference of each pair of values [..., P]: [..., P (P - 1) / 2]."""
    return np.sign(_differences(values))


def _differences(values: Array) -> Array:
    one, other = np.triu_indices(values.shape[-1], 1)
    difference: Array = values[..., one] - values[..., other]
    return difference


def _ratio(above: Array, below: Array) -> Array:
    found = np.zeros(np.broadcast_shapes(np.shape(above), np.shape(below)))
    np.divide(above, below, out=found, where=below > 0)
    return found


STATISTICS: Mapping[str, Statistic] = {
    "spearman": spearman,
    "kendall": kendall,
    "pairs, noise .1": partial(pairs, noise=0.1),
    "pairs, noise .3": partial(pairs, noise=0.3),
    "pairs, noise 1": partial(pairs, noise=1.0),
    "normal scores": normal_scores,
    "log ranks": log_ranks,
    "label values": label_values,
    "spearman less its error": cautious,
}
