"""Catches: a strategy that a failure ends, one that leaves workers idle, one that changes what it is told."""

from typing import Any

import pytest

from evo.conformance import telling
from evo.conformance.case import StrategyCase, begun
from evo.records.trial import Evaluation
from tasks.conformance.outcomes import Doubtful, Nonconformance, NotApplicable
from tests.evo.conformance.strategies import GivesUp, OneAtATime, Optimist, Overconfident, Prepared, Sound, case_of
from tests.toy import BitStrings


class Bits(BitStrings):
    """Bit strings that can be changed."""

    def sample(self, rng: Any) -> Any:
        return list(super().sample(rng))

    def mutate(self, candidate: Any, rng: Any) -> Any:
        return list(super().mutate(tuple(candidate), rng))


class Changing(Sound):
    """Changes the candidate that it is told of."""

    def tell(self, evaluation: Evaluation) -> None:
        evaluation.candidate[0] = 1 - evaluation.candidate[0]
        super().tell(evaluation)


@pytest.mark.parametrize(
    ("kind", "words"), [(Optimist, "AssertionError.*; for trials that are failed"), (GivesUp, "it ends after 1 trials")]
)
def test_who_does_not_survive_failures_is_told(kind: type[Sound], words: str) -> None:
    with pytest.raises(Nonconformance, match=words):
        telling.failures_are_survived(case_of(kind))


def test_who_waits_for_every_score_is_told_to_think_about_it() -> None:
    with pytest.raises(Doubtful, match="at most 1 trials are on their way of 12"):
        telling.it_proposes_ahead(case_of(OneAtATime))


def test_proposals_that_run_ahead_are_counted() -> None:
    assert telling.what_needs_no_telling_is_the_same(case_of(Prepared)) == "2 of 12 trials run ahead"


def test_who_says_too_early_that_nothing_need_be_told_is_told() -> None:
    with pytest.raises(
        Nonconformance, match=r"trial 3 is another with 0 told by then; let needs_telling\(\) return True"
    ):
        telling.what_needs_no_telling_is_the_same(case_of(Overconfident))


def test_who_says_nothing_of_that_is_not_asked() -> None:
    with pytest.raises(NotApplicable, match="depends on what it is told"):
        telling.what_needs_no_telling_is_the_same(case_of(Sound))


def test_a_change_is_told() -> None:
    case = StrategyCase(lambda: begun(Changing(), Bits()), Bits(), trials=4)
    with pytest.raises(Nonconformance, match="the candidate of trial 0 was changed"):
        telling.what_is_told_is_not_changed(case)
