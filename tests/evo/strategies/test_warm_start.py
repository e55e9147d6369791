"""Catches: given candidates in another order or twice, a strategy that is not told of them or asked too early."""

from evo.records.trial import Evaluation, Status
from evo.strategies.listed import Listed
from evo.strategies.regularized_evolution import RegularizedEvolution
from evo.strategies.warm_start import WarmStart
from tasks import derive_rng
from tests.toy import Bits, BitStrings, Scripted

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
