"""How high Spearman's rho can still rise while some scores are not known yet.

Letters: P rows, U of them without a score yet, in the order of their labels; tables are [U + 1, U + 1], from J of the U
rows placed to K of them. A completion gives these U any scores, equal ones and those of other rows included. Ranks are
doubled and centred, so that they are whole numbers.

With N the product of the ranks of scores and labels, and S the square of the ranks of scores, rho is N / sqrt(S) but
for a constant. Ties are the sum of t^3 - t over groups of t equal scores; S is a third of what is left of P^3 - P. The
highest rho is found without trying every completion:

1. In a best completion the U rows come in the order of their labels: to swap two that do not keeps S and raises N. So
   it is a path: one group of known scores after the other, with so many of the U rows before it, so many tied with it.
   The path of the highest N plus a multiple of the ties is found step by step.
2. Where N can be above 0, the best completion is a corner of the hull of all pairs (S, N): the pairs of no higher rho
   are a convex set whose edge, N = rho sqrt(S), is nowhere straight, so it meets the hull in a corner alone. Between
   two corners, whatever is below the chord of that edge is in the set; what is farthest above the chord is another
   corner.
3. Where N cannot be above 0, ties are of no use: a tie has the mean N of the orders that it stands for, so one of these
   has as much, and a larger S.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

T = TypeVar("T", int, Whole)


def highest_spearman(scores: Array, labels: Array, *, enough: float = math.inf) -> float:
    """Return the highest rho with labels [P] that any completion of scores [P], NaN where unknown, has.

    Ties share their average rank. Minus infinity is the score of what fails: nothing comes below it. Where all scores
    are known it is their rho; NaN where no completion has one. enough: where some completion has this, the rho of any
    such completion will do, which is found sooner.
    """
    ranks, failed = _doubled_ranks(labels), scores == -math.inf
    waiting = np.sort(ranks[np.isnan(scores)])
    groups = [ranks[scores == value] for value in np.unique(scores[np.isfinite(scores)])]
    most = len(waiting) if failed.any() else 0  # of those that wait may fail, too: those of the lowest labels
    bottoms = [(np.concatenate([ranks[failed], waiting[:more]]), waiting[more:]) for more in range(most + 1)]
    highest = -math.inf
    for rho in chain.from_iterable(_Completions(bottom, groups, rest).correlations() for bottom, rest in bottoms):
        highest = max(highest, rho)
        if highest >= enough:
            break
    return highest if math.isfinite(highest) else math.nan


class _Paths(NamedTuple):
    """N and ties of completions, or of parts of them, in equal shapes."""

    product: Whole
    ties: Whole

    def plus(self, other: "_Paths") -> "_Paths":
        """Return the paths that go these ways and then the others."""
        return _Paths(self.product + other.product, self.ties + other.ties)

    def best(self, weight: float, allowed: NDArray[np.bool_]) -> "_Paths":
        """Return from each column what is allowed and has the highest N plus ``weight`` times the ties."""
        row = np.where(allowed, self.product + weight * self.ties, -math.inf).argmax(axis=0)
        column = np.arange(len(row))
        return _Paths(self.product[row, column], self.ties[row, column])


class _Completions:
    """Completions in which nothing more fails than has.

    bottom, groups, waiting: ranks of the labels of what failed, of each group of equal scores, ascending, and of the U
    rows, ascending.
    """

    def __init__(self, bottom: Whole, groups: Sequence[Whole], waiting: Whole) -> None:
        """Prepare the tables that all paths share."""
        self._bottom, self._groups = bottom, groups
        known = np.concatenate([bottom, *groups, waiting])
        self._rows, self._label_square = len(known), int(known @ known)
        placed = np.arange(len(waiting) + 1)
        self._end, self._both, self._count = placed, placed[:, None] + placed, placed - placed[:, None]
        self._labels = _sums(waiting)
        self._order = _sums((2 * placed[:-1] + 1) * waiting)

    def correlations(self) -> Iterator[float]:
        """Yield the rho of some completions, the highest among them; minus infinity where all scores are equal."""
        top = self._best_path(weight=0.0)
        if top.product > 0:
            yield from (self._rho(product, square) for product, square in self._corners(top))
        else:
            fewest = sum(_ties(len(group)) for group in (self._bottom, *self._groups))
            yield self._rho(int(top.product), self._square(fewest))

    def _corners(self, top: _Paths) -> Iterator[tuple[int, int]]:
        """Yield N and S of ``top``, N above 0, and of each corner of the hull that has to be met on the way."""
        product, square = int(top.product), self._square(int(top.ties))
        yield product, square
        steepest = product / math.sqrt(square)
        between = [(0, square)]
        while between:
            low, high = between.pop()
            chord = steepest / (math.sqrt(low) + math.sqrt(high))
            corner = self._best_path(weight=chord / 3)
            product, square = int(corner.product), self._square(int(corner.ties))
            if low < square < high:
                yield product, square
                steepest = max(steepest, product / math.sqrt(square))
                between += [(low, square), (square, high)]

    def _best_path(self, weight: float) -> _Paths:
        """Return N and ties of the completion with the highest N plus ``weight`` times the ties."""
        among = self._tied_among_themselves(weight)
        placed = len(self._bottom)
        start = _Paths((placed - self._rows) * self._bottom.sum(), np.array(_ties(placed)))
        paths = _Paths(*(part[0] for part in self._apart(placed).plus(among))).plus(start)
        for group in self._groups:
            paths = self._step(paths, self._tied_with(group, placed), weight)
            placed += len(group)
            paths = self._step(paths, self._apart(placed).plus(among), weight)
        return _Paths(*(part[-1] for part in paths))

    def _step(self, paths: _Paths, steps: _Paths, weight: float) -> _Paths:
        behind = _Paths(*(part[:, None] for part in paths))
        return behind.plus(steps).best(weight, self._count >= 0)

    def _apart(self, placed: int) -> _Paths:
        """Return a table of steps on which no two of the U rows are tied, behind ``placed`` rows with a score."""
        return _Paths(self._order + (2 * placed - self._rows) * self._labels, np.zeros_like(self._order))

    def _tied_with(self, group: Whole, placed: int) -> _Paths:
        """Return a table of steps on which all are tied with ``group``, behind ``placed`` rows with a score."""
        ranks = 2 * placed + len(group) + self._both - self._rows
        return _Paths(ranks * (group.sum() + self._labels), _ties(len(group) + self._count))

    def _tied_among_themselves(self, weight: float) -> _Paths:
        """Return a table of what the best ties among the U rows alone add to the steps on which they are apart."""
        tied = _Paths(self._both * self._labels - self._order, _ties(self._count))
        found = _Paths(np.zeros_like(tied.product), np.zeros_like(tied.ties))
        for end in self._end[1:]:
            before = _Paths(*(part[:, :end].T for part in found))
            last = _Paths(*(part[:end, end, None] for part in tied))
            best = before.plus(last).best(weight, self._count[:, :end].T >= 0)
            for part, column in zip(found, best, strict=True):
                part[:end, end] = column[:end]
        return found

    def _square(self, ties: int) -> int:
        return (_ties(self._rows) - ties) // 3

    def _rho(self, product: int, square: int) -> float:
        length = math.sqrt(square * self._label_square)
        return product / length if length else -math.inf


def _ties(count: T) -> T:
    return count**3 - count


def _sums(values: Whole) -> Whole:
    """Return the table of sums of ``values`` [U] from J to K."""
    until = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(values)])
    sums: Whole = until - until[:, None]
    return sums


def _doubled_ranks(values: Array) -> Whole:
    """Return twice the distance of each average rank from the mean rank; ties share theirs."""
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Whole = (2 * np.cumsum(sizes) - sizes - len(values))[group]
    return ranks
