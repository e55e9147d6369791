"""Catches: a fast search that is none of ``RegularizedEvolution``, workers that are busy for more than there was to do,
an order of completion that is none."""

from collections import deque
from typing import Any

import numpy as np
import pytest

from evo.engine.telling_orders import ByNumber
from evo.records.trial import Evaluation, Status
from evo.strategies.regularized_evolution import RegularizedEvolution
from spaces import SPACES
from spaces.nasbench201.cell import EDGES, OPERATIONS
from tests.benchmarks.clocked_search import ATTEMPTS, PLACES, POPULATION, Clocked, Completed, Draws, evolve, number_of

TRIALS = 90
FITNESS = np.random.default_rng(8).random(len(OPERATIONS) ** len(EDGES)).tolist()


class Replayed:
    """A generator for one trial that draws what ``Draws`` holds for it."""

    def __init__(self, draws: Draws, trial: int) -> None:
        self._draws, self._trial = draws, trial
        self._integers: deque[Any] = deque()
        self._first = True

    def choice(self, members: int, *, size: int, replace: bool) -> list[int]:
        assert not replace
        self._attempts = 0
        self._first = False
        return self._draws.tournament(self._trial, members)[:size]

    def integers(self, count: int, *, size: int) -> Any:
        assert (count, size) == (len(OPERATIONS), len(EDGES))
        if self._first:  # a random candidate
            return np.array([self._draws.cells[self._trial] // place % count for place in PLACES])
        drawn = np.zeros(size, dtype=int)
        for place, operation in self._draws.changes(self._trial, self._attempts):
            drawn[PLACES.index(place)] = operation
        return drawn

    def random(self, count: int) -> Any:
        changed = {PLACES.index(place) for place, _ in self._draws.changes(self._trial, self._attempts)}
        self._attempts += 1
        assert self._attempts < ATTEMPTS
        return np.array([0.0 if edge in changed else 1.0 for edge in range(count)])


@pytest.mark.parametrize(("seed", "ahead"), [(0, 1), (1, 4), (2, 16), (3, 64)])
def test_it_is_the_evolution_of_the_project(seed: int, ahead: int) -> None:
    draws, space, strategy = Draws(seed, TRIALS), SPACES.build("nasbench201", {}), RegularizedEvolution()
    strategy.begin(space)
    found: list[Any] = []
    for told in range(TRIALS):
        while len(found) < TRIALS and len(found) - told < ahead:
            found.append(strategy.ask(Replayed(draws, len(found))).candidate)  # type: ignore[arg-type]
        fitness = FITNESS[number_of(found[told].operations)]
        strategy.tell(Evaluation(told, None, found[told], Status.COMPLETED, fitness))
    numbers = [number_of(cell.operations) for cell in found]
    assert evolve(draws, FITNESS, TRIALS, ahead, ByNumber()) == numbers
    assert evolve(draws, FITNESS, TRIALS, ahead, ByNumber(), free=False) == numbers


def test_two_workers_of_whom_one_waits_are_busy_for_three_quarters() -> None:
    """Trials of 1 and 3 s, then of 1: the first worker is free from 1 s on, the third trial comes at 2 s."""
    clocked = Clocked(lambda trial, cell: 3.0 if trial == 1 else 1.0, workers=2, driver_s=0.0)
    assert [clocked.start(0), clocked.start(0)] == [1.0, 3.0]
    clocked.told(0)
    clocked._now = 2.0
    assert clocked.start(0) == 3.0
    assert clocked.busy() == pytest.approx((1 + 2) / 4)


def test_the_drivers_time_is_no_busy_time() -> None:
    clocked = Clocked(lambda trial, cell: 0.5, workers=1, driver_s=0.5)
    for trial in range(5):
        clocked.start(0)
        clocked.told(trial)
    assert clocked.busy() == pytest.approx(4 * 0.5 / (5 * 0.5 + 4 * 0.5))


def test_completion_keeps_workers_busy_where_one_trial_in_ten_is_long() -> None:
    def seconds(trial: int, cell: int) -> float:
        return 20.0 if trial % 10 == 0 else 1.0

    def busy(completed: bool) -> float:
        clocked = Clocked(seconds, workers=8, driver_s=0.001)
        evolve(Draws(0, 200), FITNESS, 200, 8, Completed() if completed else ByNumber(), clocked)
        return clocked.busy()

    assert busy(completed=True) > 0.9 > 0.5 > busy(completed=False)


def test_the_first_population_is_handed_over_at_once_or_as_the_look_ahead_says() -> None:
    def handed(free: bool) -> int:
        clocked = Clocked(lambda trial, cell: 1.0, workers=100, driver_s=0.0)
        evolve(Draws(0, 60), FITNESS, 60, 2, ByNumber(), clocked, free=free)
        return sum(begun == 0 for begun, _ in clocked._spans)

    assert (handed(free=True), handed(free=False)) == (POPULATION, 2)
