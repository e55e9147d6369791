"""A regularized evolution over tabulated NAS-Bench-201 that draws alike at every look-ahead, on workers of a clock.

It is a faster equal of ``RegularizedEvolution`` and of the space's own draws, of population 50 and tournament 10, and
asks the engine's own orders of telling; its tests say so. Nothing sleeps: trials take stated seconds.

Letters: N members of the space.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evo.engine.telling_orders import AsCompleted, TellingOrder
from evo.records.trial import Trial
from spaces import SPACES
from spaces.nasbench201.cell import EDGES, OPERATIONS
from spaces.tables.table import CandidateTable

POPULATION, TOURNAMENT, REDRAWN = 50, 10, 0.2
ATTEMPTS = 20  # at a mutant; each fails with probability .35
PLACES = [len(OPERATIONS) ** edge for edge in range(len(EDGES))]  # a cell is a number in base 5, an edge each digit
ACCURACIES = {"CIFAR-10": "c10_test", "ImageNet-16": "in16_test"}
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """The members of the space by number: accuracies [N] by data set, and multiply-adds [N] in millions."""

    accuracies: dict[str, Array]
    macs: Array


def read_cells(path: Path) -> Cells:
    """Return what a table of NAS-Bench-201 says; raises UsageError where it cannot be read."""
    table = CandidateTable(path, [*ACCURACIES.values(), "flops_c10_m"])
    space = SPACES.build("nasbench201", {})
    numbers = np.array([number_of(space.decode(text).operations) for text in table.candidates()])

    def by_number(column: str) -> Array:
        values = np.empty(len(OPERATIONS) ** len(EDGES))
        values[numbers] = table.column(column)
        return values

    return Cells({name: by_number(column) for name, column in ACCURACIES.items()}, by_number("flops_c10_m"))


def number_of(operations: Sequence[str]) -> int:
    """Return the number of a cell."""
    return int(np.dot([OPERATIONS.index(operation) for operation in operations], PLACES))


class Draws:
    """All that a search of one seed may draw, trial by trial."""

    def __init__(self, seed: int, trials: int) -> None:
        """Draw it, the same for every look-ahead."""
        rng = np.random.default_rng(seed)
        self.cells: list[int] = (rng.integers(len(OPERATIONS), size=(trials, len(EDGES))) @ PLACES).tolist()
        self._keys = rng.random((trials, POPULATION))
        self._of_all: list[list[int]] = np.argsort(self._keys, axis=1)[:, :TOURNAMENT].tolist()
        shape = (trials, ATTEMPTS, len(EDGES))
        self._operations = rng.integers(len(OPERATIONS), size=shape)
        self._redrawn = rng.random(shape) < REDRAWN
        self._changes: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def tournament(self, trial: int, members: int) -> list[int]:
        """Return the places of the members that compete."""
        if members == POPULATION:
            return self._of_all[trial]
        found: list[int] = np.argsort(self._keys[trial, :members])[:TOURNAMENT].tolist()
        return found

    def mutant(self, trial: int, parent: int) -> int:
        """Return the first drawn cell that differs from its parent; raises StopIteration where none does."""
        for attempt in range(ATTEMPTS):
            child = parent
            for place, operation in self.changes(trial, attempt):
                child += (operation - parent // place % len(OPERATIONS)) * place
            if child != parent:
                return child
        raise StopIteration

    def changes(self, trial: int, attempt: int) -> list[tuple[int, int]]:
        """Return the edges that an attempt at a mutant draws anew, by their place, and what it draws for them."""
        found = self._changes.get((trial, attempt))
        if found is None:
            chosen = np.flatnonzero(self._redrawn[trial, attempt])
            found = [(PLACES[edge], int(self._operations[trial, attempt, edge])) for edge in chosen]
            self._changes[trial, attempt] = found
        return found


Seconds = Callable[[int, int], float]
"""How long a trial takes, by its number and its cell."""


class Clocked:
    """Workers that take trials in their order for stated seconds, and a driver that takes its time for each."""

    def __init__(self, seconds: Seconds, *, workers: int, driver_s: float) -> None:
        """Begin at time 0."""
        self._seconds, self._driver_s = seconds, driver_s
        self._free, self._now, self._last = [0.0] * workers, 0.0, 0.0
        self._spans: list[tuple[float, float]] = []

    def start(self, cell: int) -> float:
        """Hand the next trial over; returns when it finishes."""
        self._now += self._driver_s
        begun = max(heappop(self._free), self._now)
        finish = begun + self._seconds(len(self._spans), cell)
        heappush(self._free, finish)
        self._spans.append((begun, finish))
        self._last = self._now
        return finish

    def told(self, trial: int) -> None:
        """Wait for a trial that is to be told."""
        self._now = max(self._now, self._spans[trial][1])

    def busy(self) -> float:
        """Return the share of time in which workers were busy until the last trial was handed over."""
        begun, finishes = np.array(self._spans).T
        return float(np.clip(np.minimum(finishes, self._last) - begun, 0, None).sum() / (len(self._free) * self._last))


class Completed(AsCompleted):
    """The order of completion on clocked workers."""

    def __init__(self) -> None:
        """Nothing is scored yet."""
        super().__init__(())
        self._finishes: list[tuple[float, int]] = []

    def finishing(self, trial: int, finish: float) -> None:
        """Hear when a trial finishes, before it is next."""
        heappush(self._finishes, (finish, trial))

    def next(self) -> int | None:
        """Return the trial that finishes first."""
        return self._finishes[0][1]

    def told(self, trial_id: int) -> None:
        """Go on to the next."""
        heappop(self._finishes)


def evolve(
    draws: Draws,
    fitness: Sequence[float],
    trials: int,
    ahead: int,
    order: TellingOrder,
    clocked: Clocked | None = None,
    *,
    free: bool = True,
) -> list[int]:
    """Return the cells of a search, trial by trial; free: whether the first population runs ahead."""
    cells: list[int] = []
    members: list[int] = []  # trials, the oldest first
    for told in range(trials):
        while len(cells) < trials and (
            len(cells) - told + order.reserved() < ahead or (free and len(cells) < POPULATION)
        ):
            number = len(cells)
            cells.append(_proposal(draws, fitness, cells, members))
            order.proposed(Trial(number, None, None, str(cells[-1]), "", 0), number)
            if clocked is not None:
                finish = clocked.start(cells[-1])
                if isinstance(order, Completed):
                    order.finishing(number, finish)
        trial = order.next()
        assert trial is not None  # one is always open
        if clocked is not None:
            clocked.told(trial)
        order.told(trial)
        members = [*members[-POPULATION + 1 :], trial]
    return cells


def _proposal(draws: Draws, fitness: Sequence[float], cells: Sequence[int], members: Sequence[int]) -> int:
    """Return the next cell: of the first population or while too few are told, a drawn one; else a winner's mutant."""
    number = len(cells)
    if number < POPULATION or len(members) < TOURNAMENT:
        return draws.cells[number]
    competing = (cells[members[place]] for place in draws.tournament(number, len(members)))
    return draws.mutant(number, max(competing, key=fitness.__getitem__))
