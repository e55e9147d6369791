"""Rows drawn with replacement, and what is worked out of all resamples at once: their groups of equal values.

Letters: N rows, R resamples, G groups of equal values.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks import derive_rng

Array = NDArray[np.float64]

_CHUNK = 2**19  # numbers held at once


@dataclass(frozen=True)
class RowGroups:
    """Rows of equal value: group [N] of each row, ascending in value, and the sizes [R, G] of the groups."""

    of_row: NDArray[np.intp]
    sizes: Array

    @staticmethod
    def of(values: Array, counts: Array) -> "RowGroups":
        """Return the groups of values [N] in resamples that hold each row ``counts`` [R, N] times; refuses NaN."""
        if np.isnan(values).any():
            raise ValueError("NaN has no rank")
        distinct, of_row = np.unique(values, return_inverse=True)
        order = np.argsort(of_row, kind="stable")
        starts = np.searchsorted(of_row[order], np.arange(len(distinct)))
        return RowGroups(of_row, np.add.reduceat(counts[:, order], starts, axis=1))

    def average_ranks(self) -> Array:
        """Return the rank of each row from the worst, [R, N]; only differences of ranks matter."""
        return (np.cumsum(self.sizes, axis=1) - self.sizes / 2)[:, self.of_row]

    def top_shares(self, places: int) -> Array:
        """Return how much of each row is among the best ``places``, [R, N]: ties at the cut share what is left."""
        better = self.sizes.sum(axis=1, keepdims=True) - np.cumsum(self.sizes, axis=1)
        shares: Array = np.clip((places - better) / np.maximum(self.sizes, 1), 0, 1)[:, self.of_row]
        return shares

    def place_weights(self, until: Array) -> Array:
        """Return the weight of each row's place, [R, N], where the best K places weigh ``until[K]``: [N + 1].

        Rows of equal value share the weights of their places.
        """
        better = (self.sizes.sum(axis=1, keepdims=True) - np.cumsum(self.sizes, axis=1)).astype(int)
        taken = until[better + self.sizes.astype(int)] - until[better]
        weights: Array = (taken / np.maximum(self.sizes, 1))[:, self.of_row]
        return weights

    def untied_pairs(self) -> Array:
        """Return the number of ordered pairs of rows with different values, [R]."""
        pairs: Array = self.sizes.sum(axis=1) ** 2 - (self.sizes**2).sum(axis=1)
        return pairs

    def signs(self) -> NDArray[np.float32]:
        """Return the sign of every row's value less that of every other, [N, N]."""
        signs: NDArray[np.float32] = np.sign(self.of_row[:, None] - self.of_row[None, :]).astype(np.float32)
        return signs


@dataclass(frozen=True)
class ResampledRows:
    """Resamples of the same rows: how often each holds each row, counts [R, N], and the rows grouped by value."""

    counts: Array
    scores: RowGroups
    labels: RowGroups

    @staticmethod
    def of(scores: Array, labels: Array, counts: Array) -> "ResampledRows":
        """Return the resamples of scores [N] and labels [N]."""
        return ResampledRows(counts, RowGroups.of(scores, counts), RowGroups.of(labels, counts))

    def first(self, count: int) -> "ResampledRows":
        """Return the first resamples alone."""
        parts = (RowGroups(groups.of_row, groups.sizes[:count]) for groups in (self.scores, self.labels))
        return ResampledRows(self.counts[:count], *parts)


def as_they_are(scores: Array, labels: Array) -> ResampledRows:
    """Return the rows themselves: one resample that holds each of them once."""
    return ResampledRows.of(scores, labels, np.ones((1, len(labels))))


def resampled_counts(num_rows: int, resamples: int, seed: int) -> Iterator[Array]:
    """Yield how often each resample holds each row, [R, N], some resamples at a time; one seed draws the same rows."""
    rng, at_once = derive_rng(seed, "bootstrap"), max(1, _CHUNK // num_rows)
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        drawn = rng.integers(num_rows, size=(size, num_rows)) + num_rows * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * num_rows).reshape(size, num_rows).astype(float)


@dataclass(frozen=True)
class ScoredRows:
    """Scores [N] and labels [N] of the same rows; larger is better in both."""

    scores: Array
    labels: Array


Measure = Callable[[ResampledRows], Array]
"""A statistic of each resample: [R]."""


def resampled(
    measures: Mapping[str, Measure], rows: ScoredRows, *, resamples: int, seed: int, limits: Mapping[str, int]
) -> dict[str, Array]:
    """Return every measure of rows drawn with replacement: [R] each, of those in ``limits`` no more than they say."""
    draws: dict[str, list[Array]] = {name: [] for name in measures}
    done = 0
    for counts in resampled_counts(len(rows.labels), resamples, seed):
        sample = ResampledRows.of(rows.scores, rows.labels, counts)
        for name, measure in measures.items():
            wanted = min(limits.get(name, resamples) - done, len(counts))
            if wanted > 0:
                draws[name].append(measure(sample.first(wanted)))
        done += len(counts)
    return {name: np.concatenate(parts) for name, parts in draws.items()}


def top_places(num_rows: int, top: float) -> int:
    """Return how many rows are the best ``top`` %, at least one; a half counts as one more."""
    return max(1, int(num_rows * top / 100 + 0.5))
