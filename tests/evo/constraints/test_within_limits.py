"""Catches: a proposal outside that gets out, one that leaves a trace in the strategy, a list that ends at its first
entry outside, a strategy that is asked for ever, one that cannot be copied and ends in a traceback."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from evo.constraints.constraint import constraints_of
from evo.constraints.narrowed_space import narrowed
from evo.constraints.size_limits import MOST_TRIES, Refused, SizeLimits
from evo.constraints.within_limits import WithinLimits
from evo.engine.asked_sizes import without_images
from evo.records.failures import OutsideConstraintsError
from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.base import SearchStrategy
from evo.strategies.nsga2 import Nsga2
from evo.strategies.random_search import RandomSearch
from evo.strategies.regularized_evolution import RegularizedEvolution
from evo.strategies.surrogate import Surrogate
from evo.strategies.tier_ranking.strategy import TierRanking
from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tests.costed_bits import NetworkBits
from tests.tiny_predictor import Learns

BITS = NetworkBits(length=4)
MOST_ONES = 1


class Own(SearchStrategy):
    """Makes its candidates itself; ``asked`` counts, and nothing comes while more than two are not told."""

    def __init__(self) -> None:
        self.asked, self.told = 0, 0

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        if self.asked - self.told == 2:
            return None
        self.asked += 1
        return Proposal(BITS.sample(rng), parent_id=self.asked)

    def tell(self, evaluation: Evaluation) -> None:
        self.told += 1


class OwnList(SearchStrategy):
    """Proposes candidates in their order, whatever the generator."""

    draws_from_space = False

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        return Proposal(BITS.decode(self.texts.pop(0))) if self.texts else None

    def tell(self, evaluation: Evaluation) -> None:
        """Forget it."""


class Locked(Own):
    """Holds what cannot be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()


class Plain:
    """A strategy without the base class, which proposes what is none."""

    def ask(self, rng: np.random.Generator) -> str:
        return "1111"

    def tell(self, evaluation: Evaluation) -> None:
        """Forget it."""


def within(strategy: Any, *texts: str) -> tuple[WithinLimits, Refused]:
    refused = Refused(SizeLimits(constraints_of(texts or ("params<=17",)), without_images(BITS)))
    if isinstance(strategy, SearchStrategy):
        strategy.begin(narrowed(BITS, refused))
    return WithinLimits(strategy, BITS, refused), refused


def evaluation(number: int, proposal: Proposal | None) -> Evaluation:
    assert proposal is not None
    return Evaluation(number, None, proposal.candidate, Status.COMPLETED, 1.0)


def test_a_refused_proposal_leaves_no_trace() -> None:
    strategy, refused = within(Own())
    found = []
    for number in range(10):
        found.append(strategy.ask(derive_rng(0, number)))
        assert found[-1] is not None
        strategy.tell(evaluation(number, found[-1]))
    assert [one.parent_id for one in found if one] == list(range(1, 11))  # it has counted these alone
    assert all(sum(one.candidate) <= MOST_ONES for one in found if one)  # type: ignore[call-overload]
    assert refused.count > 0


def test_a_strategy_that_waits_is_not_asked_again() -> None:
    strategy, refused = within(Own())
    assert [strategy.ask(derive_rng(0, number)) is None for number in range(3)] == [False, False, True]
    before = refused.count
    assert strategy.ask(derive_rng(0, 9)) is None
    assert refused.count == before


def test_the_same_generators_give_the_same_proposals() -> None:
    first, second = ([within(Own())[0].ask(derive_rng(0, number)) for number in range(6)] for _ in range(2))
    assert first == second


def test_a_list_of_its_own_is_passed_over_where_it_is_outside() -> None:
    strategy, refused = within(OwnList(["0111", "0001", "1111", "0110", "1000"]))
    rng = derive_rng(0)
    proposals = [strategy.ask(rng) for _ in range(3)]
    assert [one and one.candidate for one in proposals] == [(0, 0, 0, 1), (1, 0, 0, 0), None]
    assert refused.count == 3


def test_a_strategy_that_draws_from_its_space_is_itself_asked_and_has_nothing_to_repeat() -> None:
    strategy, refused = within(RandomSearch())
    drawn = strategy.ask(derive_rng(0))
    other = Refused(refused.limits)
    assert drawn == Proposal(narrowed(BITS, other).sample(derive_rng(0)))
    assert other.count == refused.count
    assert strategy.summary_lines() == refused.lines()


@pytest.mark.parametrize(
    "made",
    [
        RegularizedEvolution(population=3, tournament=2),
        Nsga2(population=3),
        Surrogate(model="trees"),
        TierRanking(predictor="trees", n0=10, k=1),
    ],
    ids=lambda made: type(made).__name__,
)
def test_a_draw_that_finds_nothing_leaves_no_trace_either(made: SearchStrategy) -> None:
    strategy, _ = within(made, "params<7")
    before = dict(vars(made))
    with pytest.raises(OutsideConstraintsError):
        strategy.ask(derive_rng(0))
    assert vars(made) == before


def test_it_gives_up_after_so_many() -> None:
    strategy, refused = within(Own(), "params<7")
    with pytest.raises(OutsideConstraintsError, match="nearest size seen is 7 params"):
        strategy.ask(derive_rng(0))
    assert refused.count == MOST_TRIES


def test_a_strategy_that_cannot_be_copied_is_one_line_unless_it_need_not_be() -> None:
    with pytest.raises(UsageError, match="cannot be copied, as --constraint needs it") as caught:
        within(Locked())
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    drawing = Locked()
    drawing.draws_everything = True  # type: ignore[misc]
    within(drawing)


def test_what_is_no_proposal_is_passed_on_for_others_to_tell() -> None:
    answer: Any = within(Plain())[0].ask(derive_rng(0))
    assert answer == "1111"


def test_fits_reach_the_strategy_that_is_asked() -> None:
    strategy, _ = within(Learns(refit=2))
    for number in range(2):
        strategy.tell(evaluation(number, strategy.ask(derive_rng(0, number))))
    request = strategy.fit_request()
    assert request is not None
    strategy.take_fit(request.predictor.fit(BITS, request.labelled, request.seed))
    assert strategy.fit_request() is None
    proposal = strategy.ask(derive_rng(0, 2))
    assert proposal is not None
    assert sum(proposal.candidate) <= MOST_ONES  # type: ignore[call-overload]
