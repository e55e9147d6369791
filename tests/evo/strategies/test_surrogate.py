"""Catches: a fit too early, too late or of other rows, labels that are all equal given to a fit, a proposal that is not
the best predicted or was made before, a child of a poor parent, random proposals that are too many or too few, a model
whose options a resumed run would forget."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from evo.records.failures import OutsideConstraintsError
from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies import STRATEGIES
from evo.strategies.fitting import wanted_fit
from evo.strategies.surrogate import Surrogate
from fitness.predictors.base import Fitted, FittedState, Floats, Labelled, Predictor
from fitness.predictors.ridge import RidgePredictor
from tasks import UsageError, derive_rng
from tests.fitness.predictors.mean_predictor import Bare
from tests.toy import Bits, BitStrings, ChainedBitStrings, MirroredBitStrings


class Ones(Fitted):
    def scores(self, texts: Sequence[str]) -> Floats:
        return np.array([float(text.count("1")) for text in texts])


@dataclass(frozen=True)
class OnesPredictor(Predictor):
    """Predicts the number of ones, whatever it learns."""

    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        return FittedState({}, {})

    def restore(self, space: Any, state: FittedState) -> Fitted:
        return Ones()


def surrogate(space: Any = None, **options: Any) -> Surrogate:
    strategy = Surrogate(**{"model": OnesPredictor(), "n0": 10, "random_share": 0.0, **options})
    strategy.begin(space or BitStrings())
    return strategy


def ones(candidate: Any) -> float:
    return float(sum(candidate))


def tell(strategy: Surrogate, number: int, proposal: Proposal, fitness: float | None) -> None:
    status = Status.FAILED if fitness is None else Status.COMPLETED
    strategy.tell(Evaluation(number, proposal.parent_id, proposal.candidate, status, fitness))


def tell_bits(strategy: Surrogate, fitnesses: Sequence[float | None], *, start: int = 0) -> None:
    """Tell of trials that have these fitnesses; trial n is the number n in bits."""
    for number, fitness in enumerate(fitnesses, start):
        tell(strategy, number, Proposal(tuple(int(bit) for bit in f"{number:010b}")), fitness)


def fit(strategy: Surrogate) -> Labelled:
    """Return what a fit is asked to learn from, and make it."""
    request = strategy.fit_request()
    assert request is not None
    strategy.take_fit(request.predictor.fit(strategy.space, request.labelled, request.seed))
    return request.labelled


def search(strategy: Surrogate, trials: int) -> list[Proposal]:
    """Return the proposals of a search for ones that tells each trial before the next."""
    proposals = []
    for number in range(trials):
        while wanted_fit(strategy):
            fit(strategy)
        proposal = strategy.ask(derive_rng(0, number))
        assert proposal is not None
        proposals.append(proposal)
        tell(strategy, number, proposal, ones(proposal.candidate))
    return proposals


def test_the_first_fit_comes_when_so_many_are_told_and_the_next_after_so_many_more() -> None:
    strategy = surrogate(n0=12, refit=3)
    tell_bits(strategy, [float(number) for number in range(11)])
    assert strategy.fit_request() is None
    tell_bits(strategy, [11.0], start=11)
    assert strategy.ask(derive_rng(0)) is None
    assert fit(strategy) == Labelled(tuple(f"{n:010b}" for n in range(12)), tuple(map(float, range(12))))
    assert strategy.fit_request() is None
    tell_bits(strategy, [1.0, None, 1.0], start=12)  # one that failed is no label
    assert strategy.fit_request() is None
    tell_bits(strategy, [1.0], start=15)
    assert len(fit(strategy).texts) == 15


def test_a_request_is_the_same_until_it_is_answered_and_its_seed_follows_from_its_rows() -> None:
    one, other = surrogate(), surrogate()
    tell_bits(one, [float(number) for number in range(10)])
    tell_bits(other, [float(number) for number in range(9, -1, -1)])
    assert one.fit_request() == one.fit_request()
    requests = [one.fit_request(), other.fit_request()]
    assert requests[0] != requests[1]
    assert len({request.seed for request in requests if request}) == 2


def test_there_is_no_fit_of_few_or_equal_labels_and_the_search_goes_on() -> None:
    strategy = surrogate()
    tell_bits(strategy, [1.0] * 9 + [None] * 5)
    assert strategy.fit_request() is None
    tell_bits(strategy, [1.0] * 5, start=14)
    assert strategy.fit_request() is None
    assert strategy.ask(derive_rng(0)) is not None
    tell_bits(strategy, [2.0], start=19)
    assert len(fit(strategy).texts) == 15


def test_what_nothing_was_learnt_for_is_said_until_something_is() -> None:
    strategy = surrogate(n0=12)
    said = "surrogate: no fit yet, all trials are random: "
    tell_bits(strategy, [1.0] * 9)
    assert strategy.summary_lines() == [f"{said}9 labelled candidates: at least 10 are needed to learn from"]
    tell_bits(strategy, [1.0], start=9)
    assert strategy.summary_lines() == [f"{said}all 10 labels are 1: nothing can be learnt from them"]
    tell_bits(strategy, [2.0], start=10)
    assert strategy.summary_lines() == [f"{said}the first fit comes once n0=12 trials are told; 11 are"]
    tell_bits(strategy, [2.0], start=11)
    fit(strategy)
    assert strategy.summary_lines() == []


def test_the_first_fit_waits_for_what_its_model_needs() -> None:
    @dataclass(frozen=True)
    class Demanding(OnesPredictor):
        def fewest(self) -> int:
            return 14

    strategy = surrogate(model=Demanding())
    tell_bits(strategy, [float(number) for number in range(13)])
    assert strategy.fit_request() is None
    tell_bits(strategy, [13.0], start=13)
    assert len(fit(strategy).texts) == 14


def test_a_model_without_the_base_class_is_taken() -> None:
    assert len(search(surrogate(model=Bare()), 12)) == 12


def test_equal_candidates_are_one_label() -> None:
    strategy = surrogate(MirroredBitStrings())
    for number, text in enumerate(["1000000000", "0000000001", "1100000000"]):
        tell(strategy, number, Proposal(tuple(map(int, text))), float(number))
    tell_bits(strategy, [float(number) for number in range(20, 40)], start=20)
    assert fit(strategy).texts[:2] == ("1000000000", "1100000000")


def test_the_best_predicted_that_is_new_is_proposed() -> None:
    space = BitStrings(length=5)
    strategy = surrogate(space, children=0, samples=2_000)
    for number in range(10):
        tell(strategy, number, Proposal(space.decode(f"{number:05b}")), float(number))
    fit(strategy)
    proposals = [strategy.ask(derive_rng(1, number)) for number in range(22)]
    found = [proposal.candidate for proposal in proposals if proposal]
    assert [ones(candidate) for candidate in found] == sorted(map(ones, found), reverse=True)
    assert {space.encode(each) for each in found} == {f"{number:05b}" for number in range(10, 32)}
    assert strategy.ask(derive_rng(2)) is not None  # all were proposed, so one again


def test_children_are_mutants_of_the_best_and_name_their_parent() -> None:
    strategy = surrogate(parents=2, samples=0, children=40, model=OnesPredictor())
    tell_bits(strategy, [float(number % 7) for number in range(10)])  # the best are trials 6 and 5
    fit(strategy)
    seen = set()
    for number in range(10):  # they have 20 neighbours
        proposal = strategy.ask(derive_rng(3, number))
        assert proposal is not None
        assert proposal.parent_id is not None
        parent = tuple(int(bit) for bit in f"{proposal.parent_id:010b}")
        assert sum(one != other for one, other in zip(parent, proposal.candidate, strict=True)) == 1  # type: ignore[call-overload]
        seen.add(proposal.parent_id)
    assert seen == {5, 6}


class Counted(BitStrings):
    def __init__(self) -> None:
        super().__init__()
        self.sampled = self.mutated = 0

    def sample(self, rng: np.random.Generator) -> Bits:
        self.sampled += 1
        return super().sample(rng)

    def mutate(self, candidate: Bits, rng: np.random.Generator) -> Bits:
        self.mutated += 1
        return super().mutate(candidate, rng)


def test_a_step_compares_as_many_as_asked_for() -> None:
    space = Counted()
    strategy = surrogate(space)
    tell_bits(strategy, [float(number) for number in range(10)])
    fit(strategy)
    strategy.ask(derive_rng(0))
    assert (space.sampled, space.mutated) == (50, 200)


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.1, 8, 32), (1.0, 200, 200)])
def test_a_share_of_the_proposals_is_random(share: float, least: int, most: int) -> None:
    space = BitStrings(length=300)  # of many neighbours
    strategy = surrogate(space, samples=0, children=5, random_share=share)
    for number in range(10):
        tell(strategy, number, Proposal(space.sample(derive_rng(5, number))), float(number))
    fit(strategy)
    proposals = [strategy.ask(derive_rng(4, number)) for number in range(200)]
    assert least <= sum(proposal is not None and proposal.parent_id is None for proposal in proposals) <= most


def test_it_finds_what_random_search_would_not() -> None:
    proposals = search(surrogate(ChainedBitStrings(), model="ridge", children=20, samples=5), 40)
    assert max(ones(proposal.candidate) for proposal in proposals[:10]) < 10
    assert max(ones(proposal.candidate) for proposal in proposals) == 10  # one of 1,024


def test_the_models_options_are_settled_with_their_defaults() -> None:
    settled = STRATEGIES.resolve("surrogate", {"model": "trees(trees=7)"})
    assert settled["model"] == 'trees(reach=2,scores="",label="",trees=7,depth=6,learning_rate=0.05)'
    assert STRATEGIES.resolve("surrogate", settled) == settled
    made = STRATEGIES.build("surrogate", {"model": "ridge(reach=1)", "refit": "5"})
    made.begin(ChainedBitStrings())
    tell_bits(made, [float(number) for number in range(20)])
    request = made.fit_request()
    assert request.predictor == RidgePredictor(reach=1)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"n0": 9}, "strategy.n0 9: must be at least 10"),
        ({"refit": 0}, "strategy.refit 0: must be at least 1"),
        ({"parents": 0}, "strategy.parents 0: must be at least 1"),
        ({"children": -1}, "strategy.children -1: must be at least 0"),
        ({"children": 0, "samples": 0}, "strategy.samples 0: must be at least 1"),
        ({"random_share": 1.5}, "strategy.random_share 1.5: must be at most 1"),
        ({"model": "tres"}, "unknown predictor 'tres'; did you mean 'trees'?"),
        ({"model": "trees(depth=99)"}, "predictor.depth 99: must be at most 16"),
        ({"model": "trees,ridge"}, "unknown predictor 'trees,ridge'"),
    ],
)
def test_what_is_impossible_is_refused(options: dict[str, Any], line: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(line)}"):
        Surrogate(**options)


def test_a_space_that_the_model_does_not_accept_is_refused() -> None:
    strategy = Surrogate(model="ridge")
    with pytest.raises(UsageError, match="its model cannot rank this space: its words are of graphs"):
        strategy.begin(BitStrings())
    assert strategy.fresh


def test_a_candidate_is_predicted_once_by_each_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(self: Ones, texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return np.array([float(text.count("1")) for text in texts])

    monkeypatch.setattr(Ones, "scores", counted)
    strategy = surrogate(BitStrings(length=4), samples=0, parents=1)
    tell_bits(strategy, [float(number) for number in range(10)])
    fit(strategy)
    assert strategy.ask(derive_rng(0, "ask", 0)) is not None
    first = list(asked)
    assert strategy.ask(derive_rng(0, "ask", 0)) is not None
    assert asked == first
    assert len(first) == len(set(first)) > 1
    strategy.take_fit(FittedState({}, {}))
    assert strategy.ask(derive_rng(0, "ask", 0)) is not None
    assert len(asked) > len(first)


class Scarce(BitStrings):
    """Bit strings of which constraints leave so few that all but every third draw find none."""

    def __init__(self) -> None:
        super().__init__()
        self.draws = 0

    def sample(self, rng: np.random.Generator) -> Bits:
        return self._found(super().sample(rng))

    def mutate(self, candidate: Bits, rng: np.random.Generator) -> Bits:
        return self._found(super().mutate(candidate, rng))

    def _found(self, candidate: Bits) -> Bits:
        self.draws += 1
        if self.draws % 3:
            raise OutsideConstraintsError("none in 1,000 tries")
        return candidate


def test_draws_that_find_nothing_within_constraints_are_not_compared() -> None:
    space = Scarce()
    strategy = surrogate(space, children=12, samples=6)
    tell_bits(strategy, [float(number) for number in range(10)])
    fit(strategy)
    assert strategy.ask(derive_rng(0, "ask", 0)) is not None
    assert space.draws == 18
