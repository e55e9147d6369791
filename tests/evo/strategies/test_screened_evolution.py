"""Catches: a first population that is not the best of all, a child that is not the best of its siblings, an ask that
goes on without scores, and options that are not checked."""

import pytest

from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.screened_evolution import ScreenedEvolution
from tasks import UsageError, derive_rng
from tests.toy import BitStrings


def asked(strategy: ScreenedEvolution, number: int, *, fails: bool = False) -> Proposal:
    proposal = strategy.ask(derive_rng(0, number))
    while (request := strategy.screen_request()) is not None:
        strategy.take_screen([None if fails else float(sum(one)) for one in request.candidates])
        proposal = strategy.ask(derive_rng(0, number))
    assert proposal is not None
    return proposal


def made(**options: int) -> ScreenedEvolution:
    strategy = ScreenedEvolution(population=2, tournament=2, **options)
    strategy.begin(BitStrings())
    return strategy


def test_the_first_population_is_the_best_of_all_its_candidates() -> None:
    strategy = made(first=5)
    assert strategy.ask(derive_rng(0, 0)) is None
    request = strategy.screen_request()
    assert request is not None
    assert strategy.ask(derive_rng(0, 1)) is None  # it waits
    sums = sorted((sum(one) for one in request.candidates), reverse=True)
    first, second = asked(strategy, 0), asked(strategy, 1)
    assert [sum(first.candidate), sum(second.candidate)] == sums[:2]  # type: ignore[call-overload]
    assert dict(first.notes) == {"screened": len(sums), "screen score": sums[0]}
    assert strategy.needs_telling()


def test_the_best_child_of_the_winner_is_proposed_and_the_first_where_all_fail() -> None:
    for fails in (False, True):
        strategy = made(children=6)
        for number in range(2):
            one = asked(strategy, number)
            strategy.tell(Evaluation(number, None, one.candidate, Status.COMPLETED, float(number)))
        assert strategy.ask(derive_rng(0, 2)) is None
        request = strategy.screen_request()
        assert request is not None
        best = request.candidates[0] if fails else max(request.candidates, key=sum)
        child = asked(strategy, 2, fails=fails)
        assert (child.candidate, child.parent_id) == (best, 1)
        assert ("screen score" in dict(child.notes)) is not fails


@pytest.mark.parametrize("options", [{"children": 0}, {"first": 0}, {"screen": "nasvot"}])
def test_options_out_of_range_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        ScreenedEvolution(**options)  # type: ignore[arg-type]
