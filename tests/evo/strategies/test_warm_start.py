"""Catches: given candidates in another order or twice, a strategy that is not told of them or asked too early."""

import copy

import pytest

from evo.conformance.case import StrategyCase
from evo.conformance.telling import what_needs_no_telling_is_the_same
from evo.records.trial import Evaluation, Status
from evo.strategies.base import SearchStrategy
from evo.strategies.listed import Listed
from evo.strategies.nsga2 import Nsga2
from evo.strategies.regularized_evolution import RegularizedEvolution
from evo.strategies.surrogate import Surrogate
from evo.strategies.warm_start import WarmStart
from tasks import derive_rng
from tests.toy import Bits, BitStrings, ChainedBitStrings, Scripted

GIVEN: list[Bits] = [(1, 1), (0, 0), (1, 1)]


def told(number: int, candidate: Bits) -> Evaluation:
    return Evaluation(number, None, candidate, Status.COMPLETED, float(sum(candidate)), {})


def test_the_given_come_first_and_the_strategy_is_told_of_all() -> None:
    then = Scripted([(0, 1), (1, 0)])
    strategy = WarmStart(GIVEN, then)
    proposed = [strategy.ask(derive_rng(0, number)) for number in range(6)]
    assert [one and one.candidate for one in proposed] == [*GIVEN, (0, 1), (1, 0), None]
    assert all(one is None or (one.parent_id, one.threshold) == (None, None) for one in proposed)
    evaluations = [told(number, candidate) for number, candidate in enumerate([*GIVEN, (0, 1)])]
    for evaluation in evaluations:
        strategy.tell(evaluation)
    assert then.told == evaluations


def test_evolution_breeds_from_the_given() -> None:
    then = RegularizedEvolution(population=2, tournament=2)
    then.begin(BitStrings(length=2), expected=2)
    strategy = WarmStart([(1, 1), (0, 0)], then)
    for number in range(2):
        proposal = strategy.ask(derive_rng(0, number))
        assert proposal is not None
        strategy.tell(told(number, proposal.candidate))  # type: ignore[arg-type]
    child = strategy.ask(derive_rng(0, 2))
    assert child is not None
    assert (child.parent_id, sum(child.candidate)) == (0, 1)  # type: ignore[call-overload]  # of the fitter one


def test_a_space_is_prepared_for_what_comes_afterwards() -> None:
    assert WarmStart(GIVEN, Scripted([])).draws_from_space
    assert Listed.draws_from_space is False


@pytest.mark.parametrize(
    ("then", "free"),
    [
        (RegularizedEvolution(population=6, tournament=2), 6),
        (RegularizedEvolution(population=2, tournament=2), 3),
        (Nsga2(population=6), 3),  # whose random candidates pass over what it is told of the given ones
        (Surrogate(model="ridge", n0=10), 10),
        (Scripted([(0, 1)] * 9), 3),
    ],
)
def test_the_given_run_ahead_and_of_the_others_what_needs_no_telling(then: SearchStrategy, free: int) -> None:
    def make() -> WarmStart:
        strategy = copy.deepcopy(then)
        strategy.begin(ChainedBitStrings(length=4), expected=3)
        return WarmStart([(1, 1, 0, 0), (0, 0, 0, 0), (1, 1, 0, 0)], strategy)

    case = StrategyCase(make, ChainedBitStrings(length=4), trials=12)
    assert what_needs_no_telling_is_the_same(case)
    assert sum(each.told == 0 for each in case.simulate(free=True).asked) == free
