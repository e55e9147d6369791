"""What the scores of a correlation amount to: every statistic, for all rows and the better half, beside baselines.

Letters: N candidates, R resamples.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from evo.correlation.baselines import BASELINES
from evo.scoring.scores import Column
from fitness.rank_correlation.rank_statistics import NAMES, Interval, bootstrap, interval, rank_statistics, spearman

ALL, BETTER = "all", "better half"
PARTS = {ALL: "all rows", BETTER: BETTER}
"""Parts of the rows, and what a legend says of each."""


@dataclass(frozen=True)
class Finding:
    """The statistics of one fitness on one part of the rows, by name; failed: how many of the part have no score.

    differences: by baseline and statistic, this fitness less the baseline on the rows that both have.
    """

    label: str
    part: str
    rows: int
    failed: int
    intervals: dict[str, Interval]
    differences: dict[str, dict[str, Interval]] = field(default_factory=dict)


def find(columns: Sequence[Column], labels: np.ndarray, *, drop: bool = False) -> list[Finding]:
    """Return a finding per part and column.

    The better half are the rows whose label is at least the median of labels [N]. A candidate without a score ranks
    below all others, or is left out of that column where ``drop`` is set.
    """
    parts = {ALL: np.ones(len(labels), dtype=bool), BETTER: better_half(labels)}
    comparison = _Comparison(labels, drop=drop)
    baselines = [column for column in columns if column.label in BASELINES]
    return [comparison.finding(column, baselines, part, rows) for part, rows in parts.items() for column in columns]


def better_half(labels: np.ndarray) -> np.ndarray:
    """Return which rows have a label that is at least the median of labels [N]: [N]."""
    better: np.ndarray = labels >= np.median(labels)
    return better


def ranked(column: Column) -> np.ndarray:
    """Return the scores, those that are missing below all others."""
    return np.where(np.isnan(column.scores), -np.inf, column.scores)


def rho(column: Column, labels: np.ndarray, *, drop: bool = False) -> float:
    """Return Spearman's rho of a column with labels [N], as ``find`` reports it of all rows; NaN where not defined."""
    rows = _usable(column, np.ones(len(labels), dtype=bool), drop=drop)
    return spearman(ranked(column)[rows], labels[rows]) if np.sum(rows) > 1 else float("nan")


def _usable(column: Column, rows: np.ndarray, *, drop: bool) -> np.ndarray:
    return rows & ~np.isnan(column.scores) if drop else rows


class _Comparison:
    """Statistics and resampled statistics of columns, each worked out once."""

    def __init__(self, labels: np.ndarray, *, drop: bool) -> None:
        self._labels = labels
        self._drop = drop
        self._known: dict[tuple[str, bytes], tuple[dict[str, float], dict[str, np.ndarray]]] = {}

    def finding(self, column: Column, baselines: Sequence[Column], part: str, rows: np.ndarray) -> Finding:
        usable = _usable(column, rows, drop=self._drop)
        values, draws = self._statistics(column, usable)
        intervals = {name: interval(values[name], draws[name]) for name in values}
        differences = {
            baseline.label: self._differences(column, baseline, rows)
            for baseline in baselines
            if baseline.label != column.label
        }
        failed = int(np.sum(np.isnan(column.scores[rows])))
        return Finding(column.label, part, int(np.sum(usable)), failed, intervals, differences)

    def _differences(self, column: Column, baseline: Column, rows: np.ndarray) -> dict[str, Interval]:
        both = _usable(column, rows, drop=self._drop) & _usable(baseline, rows, drop=self._drop)
        (ours, our_draws), (theirs, their_draws) = (self._statistics(one, both) for one in (column, baseline))
        return {name: interval(ours[name] - theirs[name], our_draws[name] - their_draws[name]) for name in ours}

    def _statistics(self, column: Column, rows: np.ndarray) -> tuple[dict[str, float], dict[str, np.ndarray]]:
        if np.sum(rows) < 2:
            return dict.fromkeys(NAMES, np.nan), dict.fromkeys(NAMES, np.full(1, np.nan))
        key = column.label, rows.tobytes()
        if key not in self._known:
            scores = ranked(column)[rows]
            self._known[key] = rank_statistics(scores, self._labels[rows]), bootstrap(scores, self._labels[rows])
        return self._known[key]
