"""Catches: a member that dies although another is worse or more crowded, a parent of a later front, a lonely one that
loses, a failure or a copy that joins, a candidate proposed again, metrics that are no objectives."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.fronts.dominance import dominates
from evo.records.trial import Evaluation, Status
from evo.strategies.nsga2 import Nsga2
from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tests.toy import BitStrings

Pair = tuple[float, float]
SPACED: list[Pair] = [(0, 10), (2, 7), (6, 3), (10, 0)]
"""One front; crowding distances are infinite, 1.3, 1.5 and infinite."""


def evaluation(number: int, pair: Pair | None, candidate: int | None = None) -> Evaluation:
    bits = tuple(int(bit) for bit in f"{number if candidate is None else candidate:010b}")
    if pair is None:
        return Evaluation(number, None, bits, Status.FAILED, None)
    metrics = {"objective.second": pair[1], "other": 99.0 - number}
    return Evaluation(number, None, bits, Status.COMPLETED, pair[0], metrics)


def told(pairs: Sequence[Pair | None], population: int, tries: int = 10) -> Nsga2:
    """Return a search whose first population was proposed and which was told of these trials, in order."""
    strategy = Nsga2(population=population, tries=tries)
    strategy.begin(BitStrings(), expected=population)
    for number, pair in enumerate(pairs):
        strategy.tell(evaluation(number, pair))
    return strategy


def parents(strategy: Nsga2, draws: int = 80) -> set[int | None]:
    """Return the trials that become parents in independent draws."""
    return {strategy.ask(derive_rng(number)).parent_id for number in range(draws)}


def members(strategy: Nsga2) -> list[int]:
    return [member.trial_id for member in strategy._members.values()]


def test_the_first_population_is_random_and_all_later_proposals_are_mutants_of_the_parent_they_name() -> None:
    strategy = Nsga2(population=4)
    strategy.begin(BitStrings())
    candidates: dict[int | None, tuple[int, ...]] = {}
    for number in range(12):
        proposal = strategy.ask(derive_rng(number))
        bits: tuple[int, ...] = proposal.candidate  # type: ignore[assignment]
        assert (proposal.parent_id is None) == (number < 4)
        if proposal.parent_id is not None:
            assert sum(one != other for one, other in zip(bits, candidates[proposal.parent_id], strict=True)) == 1
        assert proposal.threshold is None
        candidates[number] = bits
        metrics = {"objective.second": -float(number)}
        strategy.tell(Evaluation(number, proposal.parent_id, bits, Status.COMPLETED, float(number), metrics))


def test_candidates_that_are_expected_take_the_place_of_random_ones() -> None:
    strategy = Nsga2(population=3)
    strategy.begin(BitStrings(), expected=2)
    strategy.tell(evaluation(0, (1, 1)))
    strategy.tell(evaluation(1, (2, 2)))
    assert [strategy.ask(derive_rng(number)).parent_id for number in range(2)] == [None, 1]


def test_the_better_front_wins_a_tournament() -> None:
    assert parents(told([(1, 1), (2, 2)], 2)) == {1}
    # 2 and 3 are of one front, 1 of the second, 0 of the third: it wins against nobody.
    assert parents(told([(0, 0), (1, 1), (3, 2), (2, 3)], 4)) == {1, 2, 3}


def test_of_one_front_the_lonelier_wins() -> None:
    assert parents(told(SPACED, 4)) == {0, 2, 3}


def test_of_equals_the_first_drawn_wins() -> None:
    strategy = told([(1, 2), (2, 1)], 2, tries=1)  # one front of two ends
    for number in range(20):
        first, _ = derive_rng(number).choice(2, size=2, replace=False).tolist()
        assert strategy.ask(derive_rng(number)).parent_id == first


def test_the_last_front_dies_first_whatever_its_age() -> None:
    assert members(told([(0, 0), (1, 1), (3, 2), (2, 3)], 3)) == [1, 2, 3]
    assert members(told([(3, 2), (2, 3), (1, 1), (0, 0)], 3)) == [0, 1, 2]


def test_of_the_last_front_the_most_crowded_dies() -> None:
    assert members(told(SPACED, 3)) == [0, 2, 3]
    assert members(told([*SPACED, (20, 20)], 4)) == [0, 2, 3, 4]


def test_of_equally_crowded_ones_the_youngest_dies() -> None:
    assert members(told([(1, 1), (1, 1), (1, 1)], 2)) == [0, 1]


def test_only_metrics_that_are_objectives_count() -> None:
    # By "other" the first would be the best.
    assert parents(told([(1, 1), (1, 2)], 2)) == {1}


def test_by_the_fitness_alone_the_best_are_the_population() -> None:
    strategy = Nsga2(population=2)
    strategy.begin(BitStrings(), expected=2)
    for number, fitness in enumerate([3.0, 1.0, 2.0, 5.0, 4.0]):
        strategy.tell(Evaluation(number, None, (number,) * 10, Status.COMPLETED, fitness))
    assert members(strategy) == [3, 4]


def test_failures_and_copies_do_not_join() -> None:
    strategy = told([(5, 5), None, None], 3)
    for number in (3, 4):
        strategy.tell(evaluation(number, (5, 5), candidate=0))
    strategy.tell(evaluation(6, (1, 1)))
    strategy.tell(evaluation(7, (0, 0)))
    assert members(strategy) == [0, 6, 7]


def test_sampling_goes_on_until_there_are_two_to_compare() -> None:
    assert parents(told([(1, 1), None, None], 2), draws=5) == {None}


def test_what_was_proposed_before_is_drawn_again_for_as_often_as_is_asked() -> None:
    strategy = Nsga2(population=8, tries=1_000)
    strategy.begin(BitStrings(length=3))
    drawn = [strategy.ask(derive_rng(number)).candidate for number in range(8)]
    assert len(set(drawn)) == 8
    assert strategy.ask(derive_rng(8)).candidate in drawn  # there is no other
    once = Nsga2(population=8, tries=1)
    once.begin(BitStrings(length=3))
    assert len({once.ask(derive_rng(number)).candidate for number in range(8)}) < 8


def test_what_was_told_and_not_asked_for_is_not_proposed_either() -> None:
    strategy = Nsga2(population=2, tries=1_000)
    strategy.begin(BitStrings(length=1))
    strategy.tell(Evaluation(0, None, (0,), Status.FAILED, None))
    assert strategy.ask(derive_rng(0)).candidate == (1,)


TOLD = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=14)


@given(TOLD, st.integers(2, 6))
def test_who_dies_dominates_nobody_who_stays(pairs: list[Pair], population: int) -> None:
    """Whom it would dominate may join later: a full front of the best has no room for a middle one either."""
    before: set[int] = set()
    for number in range(len(pairs)):
        alive = set(members(told(pairs[: number + 1], population)))
        assert len(alive) == min(number + 1, population)
        dead = (before | {number}) - alive
        assert not any(dominates(pairs[one], pairs[other]) for one in dead for other in alive)
        before = alive


@given(TOLD, st.integers(2, 6))
def test_nobody_of_a_front_that_has_room_dies(pairs: list[Pair], population: int) -> None:
    fronts = [
        [number for number in range(count) if not any(dominates(one, pairs[number]) for one in pairs[:count])]
        for count in range(1, len(pairs) + 1)
    ]
    if all(len(front) <= population for front in fronts):
        assert set(fronts[-1]) <= set(members(told(pairs, population)))


def test_of_copies_of_an_extreme_point_one_dies_before_another_extreme() -> None:
    assert members(told([(0, 1), (0, 1), (2, 0)], 2)) == [0, 2]
    assert members(told([(0, 1), (0, 1), (2, 0), (0, 2), (1, 0)], 2)) == [2, 3]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"population": 1}, "--population 1: must be at least 2"),
        ({"population": 2_001}, "--population 2001: must be at most 2,000"),
        ({"tries": 0}, "strategy.tries 0: must be at least 1"),
        ({"tries": 1_001}, "strategy.tries 1001: must be at most 1,000"),
    ],
)
def test_a_number_out_of_range_is_refused(options: dict[str, int], said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        Nsga2(**options)
