"""Catches: a search that is played in another order than the engine's, or goes on for ever."""

import pytest

from evo.conformance.case import evaluation
from evo.records.trial import Status
from evo.strategies.random_search import RandomSearch
from tasks import derive_rng
from tasks.conformance.outcomes import Nonconformance
from tests.evo.conformance.strategies import OneAtATime, Sound, asking, case_of
from tests.toy import BitStrings


@pytest.mark.parametrize(("ahead", "told"), [(1, [0, 1, 2, 3, 4]), (3, [0, 0, 0, 1, 2])])
def test_trial_t_is_asked_for_once_the_trials_before_t_minus_ahead_were_told(ahead: int, told: list[int]) -> None:
    played = case_of(Sound, trials=5).simulate(ahead=ahead)
    assert [each.told for each in played.asked] == told
    assert [each.trial_id for each in played.told] == [0, 1, 2, 3, 4]


def test_who_waits_is_told_and_who_has_nothing_left_ends_it() -> None:
    assert [each.told for each in case_of(OneAtATime, trials=4).simulate(ahead=3).asked] == [0, 1, 2, 3]
    ends = asking(lambda self, proposal: proposal if self.last is None else None)
    assert len(case_of(ends).simulate().told) == 1


def test_scores_are_between_0_and_1_and_the_same_for_equal_candidates() -> None:
    asked = case_of(Sound).simulate().asked
    values = {each.text: evaluation(each, Status.COMPLETED).fitness for each in asked}
    assert all(value is not None and 0 <= value < 1 for value in values.values())
    assert len(set(values.values())) == len(values) > 1
    assert evaluation(asked[0], Status.LOST).fitness is None


def test_the_generators_are_those_that_the_engine_hands_over() -> None:
    space, played = BitStrings(), case_of(RandomSearch, trials=3).simulate()
    expected = [space.sample(derive_rng(0, "ask", number)) for number in range(3)]
    assert [each.proposal.candidate for each in played.asked] == expected


def test_what_is_no_proposal_is_a_complaint() -> None:
    with pytest.raises(Nonconformance, match=r"ask\(\) returned .*; an evo\.Proposal or None is needed"):
        case_of(asking(lambda self, proposal: proposal.candidate)).simulate()
