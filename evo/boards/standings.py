"""How every fitness of a board ranks the candidates by one label, each number with its interval.

Letters: N candidates, R resamples.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from evo.boards.board import Board, BoardColumn, BoardLabels
from evo.correlation.baselines import BASELINES
from evo.correlation.findings import better_half, ranked
from evo.storage.logged_numbers import SIZES
from fitness import (
    Interval,
    best_statistics,
    bootstrap,
    bootstrap_best,
    interval,
    rank_statistics,
    top_rows,
)

COUNTING = SIZES[0]
"""What every fitness is held against: parameters."""
SPEARMAN, KENDALL, HALF, TENTH = "spearman", "kendall", "better half", "top tenth"
BEST_LABEL, RETRIEVED, GAIN = "best ten", "top 10 %", "nDCG"
LESS, HALF_LESS = "less params", "better half less params"
STATISTICS = (SPEARMAN, KENDALL, HALF, TENTH, BEST_LABEL, RETRIEVED, GAIN, LESS, HALF_LESS)
EVERYWHERE = (SPEARMAN, KENDALL, RETRIEVED)
"""Those of all rows that ``bootstrap`` knows."""
UNDEFINED = Interval(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Standing:
    """What one fitness is worth on one label: every statistic of ``STATISTICS`` with its interval.

    failed: candidates without a score, which rank below all others
    seconds: median of a candidate, of one worker on one thread, None where nobody measured; processor: which did; cpu:
    whether they are CPU seconds, else they are by the clock
    draws: resampled rho, [R], of ``spearman`` and of ``better half``: those of two fitnesses may be subtracted
    """

    label: str
    intervals: Mapping[str, Interval]
    failed: int
    seconds: float | None
    processor: str
    draws: Mapping[str, np.ndarray] = field(repr=False, compare=False)
    cpu: bool = False

    def of(self, statistic: str) -> Interval:
        """Return a statistic with its interval."""
        return self.intervals[statistic]

    @property
    def counts(self) -> bool:
        """Whether this is a baseline and no fitness to choose."""
        return self.label in BASELINES

    def ahead_of(self, other: "Standing", statistic: str) -> Interval:
        """Return the paired difference to another fitness of the same board, of ``spearman`` or ``better half``."""
        value = self.of(statistic).value - other.of(statistic).value
        return interval(value, self.draws[statistic] - other.draws[statistic])


@dataclass(frozen=True)
class Standings:
    """All fitnesses of a board by one label, the highest rho first; tenth: how many rows are the true top tenth."""

    board: Board
    labels: BoardLabels
    standings: tuple[Standing, ...]
    tenth: int

    @property
    def headline(self) -> str:
        """What was held against what, in one line."""
        rows, half = self.board.rows, f" {self.board.rows.half}" if self.board.rows.half else ""
        return (
            f"{rows.space.name}, {self.labels.name}: {len(self.board.texts)} rows{half} of {rows.table}, "
            f"rows seed {rows.rows_seed}, data {rows.data}, seed {rows.seed}"
        )

    def of(self, label: str) -> Standing | None:
        """Return the standing of a fitness, None where the board has none."""
        return next((standing for standing in self.standings if standing.label == label), None)


def standings_of(board: Board, labels: BoardLabels) -> Standings:
    """Return how the fitnesses of a board rank its candidates by one of its labels."""
    ranking = _Ranking(labels.values)
    counting = next((column for column in board.columns if column.label == COUNTING), None)
    found = [ranking.standing(column, counting) for column in board.columns]
    ordered = sorted(found, key=lambda standing: -np.nan_to_num(standing.of(SPEARMAN).value, nan=-2.0))
    return Standings(board, labels, tuple(ordered), int(top_rows(labels.values).sum()))


class _Ranking:
    """Statistics of the columns of a board; those of counting, which each is held against, are worked out once."""

    def __init__(self, labels: np.ndarray) -> None:
        self._labels = labels
        self._half, self._tenth = better_half(labels), top_rows(labels)
        self._known: dict[str, tuple[dict[str, float], dict[str, np.ndarray]]] = {}

    def standing(self, column: BoardColumn, counting: BoardColumn | None) -> Standing:
        values, draws = self._statistics(column)
        intervals = {name: interval(values[name], draws[name]) for name in values}
        differences = {LESS: UNDEFINED, HALF_LESS: UNDEFINED}
        if counting is not None and counting.label != column.label:
            theirs, their_draws = self._statistics(counting)
            for name, of in ((LESS, SPEARMAN), (HALF_LESS, HALF)):
                differences[name] = interval(values[of] - theirs[of], draws[of] - their_draws[of])
        scored = column.scored
        kept = {name: draws[name] for name in (SPEARMAN, HALF)}
        found = {**intervals, **differences}
        return Standing(column.label, found, scored.failed, scored.seconds_each, column.processor, kept, scored.cpu)

    def _statistics(self, column: BoardColumn) -> tuple[dict[str, float], dict[str, np.ndarray]]:
        if column.label not in self._known:
            scores, labels = ranked(column.scored), self._labels
            whole = rank_statistics(scores, labels)
            values = {**{name: whole[name] for name in EVERYWHERE}, **best_statistics(scores, labels)}
            draws = {**bootstrap(scores, labels, names=EVERYWHERE), **bootstrap_best(scores, labels)}
            for name, rows in ((HALF, self._half), (TENTH, self._tenth)):
                values[name], draws[name] = _spearman_of(scores[rows], labels[rows])
            self._known[column.label] = values, draws
        return self._known[column.label]


def _spearman_of(scores: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    """Return rho, and resampled, [R]; not defined for a single row."""
    if len(labels) < 2:
        return float("nan"), np.full(1, np.nan)
    return rank_statistics(scores, labels)[SPEARMAN], bootstrap(scores, labels, names=(SPEARMAN,))[SPEARMAN]
