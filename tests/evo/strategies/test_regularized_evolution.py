"""Catches: the worst member dying instead of the oldest, a tournament with replacement, a failure that joins, a first
population of another size than asked, a child that is not a mutation of its parent, a threshold that could cost a
search its winner."""

import re
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies import STRATEGIES
from evo.strategies.regularized_evolution import RegularizedEvolution, least_rank
from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tests.toy import Bits, BitStrings


def evolution(space: BitStrings, *, population: int, tournament: int, least_wins: float = 0.0) -> RegularizedEvolution:
    """Return an evolution that has begun."""
    strategy = RegularizedEvolution(population=population, tournament=tournament, least_wins=least_wins)
    strategy.begin(space)
    return strategy


class WatchedSpace(BitStrings):
    """Bit strings that note what was asked of them."""

    def __init__(self) -> None:
        super().__init__()
        self.sampled = 0
        self.parents: list[Bits] = []

    def sample(self, rng: np.random.Generator) -> Bits:
        self.sampled += 1
        return super().sample(rng)

    def mutate(self, candidate: Bits, rng: np.random.Generator) -> Bits:
        self.parents.append(candidate)
        return super().mutate(candidate, rng)


def evaluation(number: int, fitness: float | None) -> Evaluation:
    status = Status.FAILED if fitness is None else Status.COMPLETED
    candidate = tuple(int(bit) for bit in f"{number:010b}")
    return Evaluation(number, None, candidate, status, fitness)


def parents(strategy: RegularizedEvolution, draws: int = 60) -> set[int | None]:
    """Return the trials that became parents in many independent draws."""
    found = set()
    for number in range(draws):
        proposal = strategy.ask(derive_rng(number))
        found.add(proposal.parent_id)
    return found


def born(
    population: int, tournament: int, fitnesses: list[float | None], *, least_wins: float = 0.0
) -> RegularizedEvolution:
    """Return an evolution whose first population was proposed and which was told these fitnesses in order."""
    strategy = evolution(BitStrings(), population=population, tournament=tournament, least_wins=least_wins)
    for number in range(population):
        strategy.ask(derive_rng(number))
    for number, fitness in enumerate(fitnesses):
        strategy.tell(evaluation(number, fitness))
    return strategy


def test_the_first_population_is_random_and_all_later_proposals_are_mutations() -> None:
    space = WatchedSpace()
    strategy = evolution(space, population=4, tournament=2)
    for number in range(10):
        strategy.ask(derive_rng(number))
        strategy.tell(evaluation(number, float(number)))
    assert (space.sampled, len(space.parents)) == (4, 6)


def test_a_child_is_a_mutation_of_the_parent_it_names() -> None:
    space = WatchedSpace()
    strategy = evolution(space, population=1, tournament=1)
    strategy.ask(derive_rng(0))
    strategy.tell(evaluation(5, 1.0))
    proposal = strategy.ask(derive_rng(1))
    assert isinstance(proposal, Proposal)
    assert (proposal.parent_id, space.parents) == (5, [evaluation(5, 1.0).candidate])
    assert proposal.candidate != evaluation(5, 1.0).candidate


def test_the_oldest_dies_and_not_the_worst() -> None:
    # Three places; the best comes first, so age alone can remove it. Tournaments of one show every member.
    assert parents(born(3, 1, [9.0, 1.0, 5.0])) == {0, 1, 2}
    assert parents(born(3, 1, [9.0, 1.0, 5.0, 2.0])) == {1, 2, 3}
    assert parents(born(3, 1, [9.0, 1.0, 5.0, 2.0, 3.0])) == {2, 3, 4}


def test_a_tournament_of_everyone_always_picks_the_best_so_nobody_is_drawn_twice() -> None:
    assert parents(born(4, 4, [1.0, 4.0, 3.0, 2.0])) == {1}


def test_a_tournament_of_three_of_four_never_picks_the_two_worst() -> None:
    # Without replacement, three of four members always include one of the two best; with it they would not.
    assert parents(born(4, 3, [1.0, 4.0, 3.0, 2.0])) == {1, 2}


def test_each_member_wins_as_often_as_the_hypergeometric_law_says() -> None:
    strategy = born(4, 2, [1.0, 2.0, 3.0, 4.0])
    draws = 3_000
    wins = np.bincount([strategy.ask(derive_rng(1, number)).parent_id or 0 for number in range(draws)], minlength=4)
    # Of the six pairs, the best wins 3, the second 2, the third 1, the worst 0.
    assert wins[0] == 0
    assert np.abs(wins / draws - np.array([0, 1, 2, 3]) / 6).max() < 0.04


def test_failures_take_no_place_and_push_nobody_out() -> None:
    assert parents(born(2, 1, [1.0, 2.0, None, None, None])) == {0, 1}


def test_sampling_goes_on_until_a_tournament_can_be_held() -> None:
    assert parents(born(3, 3, [1.0, 2.0, None])) == {None}
    assert parents(born(3, 3, [1.0, 2.0, None, 3.0])) == {3}


def test_look_ahead_longer_than_the_population_samples_rather_than_waits() -> None:
    space = WatchedSpace()
    strategy = evolution(space, population=2, tournament=2)
    for number in range(5):
        assert strategy.ask(derive_rng(number)).parent_id is None
    assert space.sampled == 5


def reference(evaluate: Any, *, population: int, tournament: int, trials: int) -> list[tuple[Bits, int | None]]:
    """Real et al., Algorithm 1, with the engine's generators: plain lists, every member since the start kept."""
    space = BitStrings()
    everyone: list[tuple[int, Bits, float]] = []
    proposed: list[tuple[Bits, int | None]] = []
    for number in range(trials):
        rng = derive_rng(7, number)
        alive = everyone[-population:]
        if number < population or len(alive) < tournament:
            candidate, parent = space.sample(rng), None
        else:
            sample = [alive[i] for i in rng.choice(len(alive), size=tournament, replace=False)]
            parent, parent_candidate, _ = sorted(sample, key=lambda member: member[2])[-1]
            candidate = space.mutate(parent_candidate, rng)
        proposed.append((candidate, parent))
        fitness = evaluate(number, candidate)
        if fitness is not None:
            everyone.append((number, candidate, fitness))
    return proposed


@pytest.mark.parametrize(("population", "tournament"), [(1, 1), (5, 1), (5, 3), (5, 5), (20, 7)])
def test_it_proposes_what_a_naive_reference_proposes(population: int, tournament: int) -> None:
    def evaluate(number: int, candidate: Bits) -> float | None:
        return None if number % 7 == 3 else sum(candidate) + number * 1e-6  # no ties

    strategy = evolution(BitStrings(), population=population, tournament=tournament)
    proposed = []
    for number in range(150):
        proposal = strategy.ask(derive_rng(7, number))
        proposed.append((proposal.candidate, proposal.parent_id))
        fitness = evaluate(number, proposal.candidate)  # type: ignore[arg-type]
        status = Status.FAILED if fitness is None else Status.COMPLETED
        strategy.tell(Evaluation(number, proposal.parent_id, proposal.candidate, status, fitness))
    assert proposed == reference(evaluate, population=population, tournament=tournament, trials=150)


def threshold(strategy: RegularizedEvolution) -> float | None:
    return strategy.ask(derive_rng(0)).threshold


def test_the_threshold_is_the_lowest_fitness_but_so_many_of_the_living() -> None:
    assert threshold(born(4, 3, [5.0, 1.0, 3.0, 2.0])) == 3.0
    assert threshold(born(4, 2, [5.0, 1.0, 3.0, 2.0])) == 2.0
    assert threshold(born(4, 4, [5.0, 1.0, 3.0, 2.0])) == 5.0
    assert threshold(born(4, 2, [5.0, 1.0, 3.0, 2.0, None, 4.0, 6.0])) == 3.0  # 5.0 and 1.0 have died
    assert threshold(born(4, 2, [2.0, 2.0, 2.0, 3.0])) == 2.0


def test_there_is_no_threshold_before_the_population_is_full_nor_in_tournaments_of_one() -> None:
    assert threshold(born(4, 2, [])) is None
    assert threshold(born(4, 2, [5.0, 1.0, 3.0, None])) is None
    assert threshold(born(4, 1, [5.0, 1.0, 3.0, 2.0])) is None


@given(st.integers(2, 9), st.integers(2, 9), st.floats(0, 1))
def test_the_least_rank_is_the_lowest_that_wins_as_often_as_is_asked(
    population: int, tournament: int, least_wins: float
) -> None:
    size = min(tournament, population)
    draws = list(combinations(range(1, population + 1), size))  # of ranks, 1 being the lowest fitness
    wins = [population * sum(max(draw) == rank for draw in draws) / len(draws) for rank in range(1, population + 1)]
    able = [rank for rank, won in enumerate(wins, 1) if won and won >= least_wins - 1e-12]
    assert least_rank(population, size, least_wins) == min(able)


def test_a_threshold_may_ask_for_more_than_a_chance() -> None:
    # Of the six pairs of four members the ranks 1 to 4 win 0, 1, 2 and 3: 0, 2/3, 4/3 and 2 of four tournaments.
    told: list[float | None] = [5.0, 1.0, 3.0, 2.0]
    assert threshold(born(4, 2, told)) == threshold(born(4, 2, told, least_wins=0.6)) == 2.0
    assert threshold(born(4, 2, told, least_wins=0.7)) == 3.0
    for least_wins in (-0.1, 1.1):
        with pytest.raises(UsageError, match=r"^strategy.least_wins .*: must be at (least 0|most 1)"):
            RegularizedEvolution(population=4, tournament=2, least_wins=least_wins)


def test_an_option_that_came_later_is_left_out_at_its_default() -> None:
    assert "least_wins" not in STRATEGIES.resolve("regularized_evolution", {"least_wins": "0"})
    assert STRATEGIES.resolve("regularized_evolution", {"least_wins": ".05"})["least_wins"] == 0.05


@given(st.lists(st.integers(0, 9), min_size=3, max_size=8), st.integers(2, 8), st.floats(-1, 10))
def test_what_is_below_the_threshold_wins_one_tournament_at_most(
    fitnesses: list[int], tournament: int, newcomer: float
) -> None:
    size = min(tournament, len(fitnesses))
    least = threshold(born(len(fitnesses), size, [float(fitness) for fitness in fitnesses]))
    assert least is not None
    others = combinations(fitnesses, size - 1)
    won = sum(all(newcomer >= other for other in each) for each in others)
    assert won <= 1 or newcomer >= least


@given(st.lists(st.integers(0, 30), min_size=20, max_size=60), st.integers(2, 6))
def test_where_what_is_below_is_abandoned_the_threshold_never_falls(fitnesses: list[int], tournament: int) -> None:
    strategy = evolution(BitStrings(), population=6, tournament=tournament)
    thresholds = []
    for number, fitness in enumerate(fitnesses):
        least = threshold(strategy)
        thresholds += [] if least is None else [least]
        abandoned = least is not None and fitness < least
        status = Status.ABANDONED if abandoned else Status.COMPLETED
        strategy.tell(Evaluation(number, None, (0,), status, None if abandoned else float(fitness)))
    assert thresholds == sorted(thresholds)


@pytest.mark.parametrize(
    ("population", "tournament", "line"),
    [
        (0, 1, "--population 0: must be at least 1"),
        (-3, 1, "--population -3: must be at least 1"),
        (5, 6, "--tournament 6: must be between 1 and the population (5)"),
        (5, 0, "--tournament 0: must be between 1 and the population (5)"),
    ],
)
def test_impossible_sizes_are_refused(population: int, tournament: int, line: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(line)}$"):
        RegularizedEvolution(population=population, tournament=tournament)
