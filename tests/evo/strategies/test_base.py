"""The contract of every built-in strategy. Catches: a proposal that is no member of the space, a strategy that draws
randomness from elsewhere, that forgets its seed, that breaks on a failure, or that makes a failure a parent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.conformance.case import StrategyCase
from evo.conformance.telling import what_needs_no_telling_is_the_same
from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies import STRATEGIES
from evo.strategies.base import SearchStrategy, waits_for_tells
from evo.strategies.fitting import FittingStrategy, wanted_fit
from evo.strategies.random_search import RandomSearch
from evo.strategies.screening import ScreeningStrategy, wanted_screen
from evo.strategies.strategy_table import RELAXATIONS
from spaces import SPACES, draw_distinct
from tasks import derive_rng
from tests.costed_bits import CostedBits
from tests.toy import BitStrings, ChainedBitStrings, is_marked

TRIALS = 60
OPTIONS: dict[str, dict[str, object]] = {
    "nsga2": {"population": 6},
    "regularized_evolution": {"population": 6, "tournament": 3},
    "screened_evolution": {"population": 6, "tournament": 3},
    "surrogate": {"model": "ridge", "n0": 10, "children": 8, "samples": 2},
    "tier_ranking": {"n0": 10, "k": 5, "batch": 16, "predictor": "tests.tiny_predictor:MeanByToken"},
}
BITS: dict[str, type[BitStrings]] = {"surrogate": ChainedBitStrings, "tier_ranking": CostedBits}
Make = Callable[[], SearchStrategy]
Judge = Callable[[int, Proposal], Evaluation]


@pytest.fixture(params=sorted(STRATEGIES.builtin.keys() - RELAXATIONS.keys()))
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Return a function that makes the strategy afresh, over bit strings."""
    space, options = BITS.get(request.param, BitStrings)(), dict(OPTIONS.get(request.param, {}))
    if request.param == "listed":
        texts = (space.encode(space.sample(derive_rng(9, number))) for number in range(TRIALS))
        (tmp_path / "list").write_text("\n".join(texts))
        options["file"] = str(tmp_path / "list")

    def begun() -> SearchStrategy:
        strategy: SearchStrategy = STRATEGIES.build(request.param, options)
        strategy.begin(space)
        return strategy

    return begun


def judge(number: int, proposal: Proposal) -> Evaluation:
    failed = is_marked(proposal.candidate)  # type: ignore[arg-type]
    status, fitness = (Status.FAILED, None) if failed else (Status.COMPLETED, float(sum(proposal.candidate)))  # type: ignore[call-overload]
    return Evaluation(number, proposal.parent_id, proposal.candidate, status, fitness)


def by_length(space: Any, number: int, proposal: Proposal) -> Evaluation:
    """Return an evaluation by which a longer text is better."""
    value = float(len(space.encode(proposal.candidate)) + number / TRIALS)
    return Evaluation(number, proposal.parent_id, proposal.candidate, Status.COMPLETED, value)


def answer_fits(strategy: SearchStrategy) -> None:
    """Fit what a strategy waits for."""
    while (request := wanted_fit(strategy)) is not None:
        strategy.take_fit(request.predictor.fit(strategy.space, request.labelled, request.seed))  # type: ignore[attr-defined]


def play(strategy: SearchStrategy, *, seed: int = 0, ahead: int = 3, judge: Judge = judge) -> list[Proposal]:
    """Return the proposals of a short search that tells each trial once ``ahead`` later ones were proposed.

    It tells sooner where the strategy waits for that.
    """
    proposals: list[Proposal] = []
    told = 0
    while len(proposals) < TRIALS:
        answer_fits(strategy)
        proposal = strategy.ask(derive_rng(seed, len(proposals))) if len(proposals) - told <= ahead else None
        if (wanted := wanted_screen(strategy)) is not None:
            strategy.take_screen([float(len(strategy.space.encode(one))) for one in wanted.candidates])  # type: ignore[attr-defined]
        elif proposal is not None:
            proposals.append(proposal)
        else:
            assert told < len(proposals), "it waits for nothing"
            strategy.tell(judge(told, proposals[told]))
            told += 1
    return proposals


def test_proposals_are_members_of_the_space(make: Make) -> None:
    space = BitStrings()
    for proposal in play(make()):
        assert space.decode(space.encode(proposal.candidate)) == proposal.candidate  # type: ignore[arg-type]


def test_the_same_generators_and_evaluations_give_the_same_proposals(make: Make) -> None:
    first = play(make())
    np.random.seed(5)
    assert play(make()) == first


def test_parents_are_earlier_trials_that_completed(make: Make) -> None:
    proposals = play(make())
    for number, proposal in enumerate(proposals):
        if proposal.parent_id is not None:
            assert proposal.parent_id < number
            assert judge(0, proposals[proposal.parent_id]).status is Status.COMPLETED


FREE = {"listed": TRIALS, "nsga2": 6, "random_search": TRIALS, "regularized_evolution": 6, "screened_evolution": 6}
"""Proposals that need no telling, of ``OPTIONS``; tier_ranking has n0 and its rounds."""


def test_what_needs_no_telling_is_proposed_ahead_and_is_the_same(make: Make, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id
    case = StrategyCase(make, BITS.get(name, BitStrings)(), trials=TRIALS)
    assert what_needs_no_telling_is_the_same(case)
    free = sum(each.told == 0 for each in case.simulate(free=True).asked)
    assert free == FREE.get(name, 10)


def test_another_seed_gives_other_proposals_unless_they_are_listed(make: Make, request: pytest.FixtureRequest) -> None:
    listed = "listed" in request.node.callspec.id
    assert (play(make(), seed=1) == play(make(), seed=0)) is listed


@pytest.mark.parametrize("name", sorted(STRATEGIES.builtin.keys() - RELAXATIONS.keys() - {"listed"}))
@pytest.mark.parametrize("space", ["nasbench101", "nasbench201"])
def test_a_space_with_a_pool_is_searched_within_it(name: str, space: str, tmp_path: Path) -> None:
    whole = SPACES.build(space, {})
    texts = {whole.encode(candidate) for candidate in draw_distinct(whole, 3 * TRIALS, derive_rng(3))}
    (tmp_path / "table.csv").write_text("\n".join(["candidate,accuracy", *(f"{text},0" for text in sorted(texts))]))
    pooled = SPACES.build(space, {"pool": str(tmp_path / "table.csv")})
    strategy: SearchStrategy = STRATEGIES.build(name, OPTIONS.get(name, {}))
    strategy.begin(pooled)
    for proposal in play(strategy, judge=lambda number, one: by_length(pooled, number, one)):
        assert pooled.encode(proposal.candidate) in texts


def test_asking_before_anything_is_told_is_allowed(make: Make) -> None:
    """A strategy that waits for what it learns from says so, and is told later."""
    strategy = make()
    asked = [strategy.ask(derive_rng(0, number)) for number in range(TRIALS)]
    assert asked[0] is not None or wanted_screen(strategy) is not None
    assert None not in asked or isinstance(strategy, FittingStrategy | ScreeningStrategy)


def test_who_does_not_say_waits_for_tells() -> None:
    class Plain:
        """A strategy of a class of its own."""

    assert waits_for_tells(Plain())
    assert not waits_for_tells(RandomSearch())
