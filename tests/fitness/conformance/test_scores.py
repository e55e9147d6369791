"""Catches: a value that is no number or not finite and passes, members that mostly fail and pass, a lone failure that
is held against the fitness, metrics that a row cannot hold, a constant taken for a fitness."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from fitness import Score
from fitness.conformance import scores
from fitness.conformance.case import Case
from spaces.conformance.case import NotApplicable
from tests.tiny_fitness import Brightness
from tests.toy import BitStrings, CountOnes, NanForSome, RaisesForSome

MEMBERS = 8  # 1 and 2 of which are marked


class Returns:
    """Scores every candidate alike."""

    result: Any = Score(1.0)

    def __call__(self, candidate: Any, context: Any) -> Any:
        return type(self).result


def returning(value: Any) -> type[Returns]:
    return type("Returning", (Returns,), {"result": value})


class Exits(CountOnes):
    def __call__(self, candidate: Any, context: Any) -> Any:
        raise SystemExit(1)


class RaisesForHalf(CountOnes):
    def __call__(self, candidate: Any, context: Any) -> Any:
        if candidate[0]:
            raise ValueError("the first bit is set")
        return super().__call__(candidate, context)


class MetricForSome(CountOnes):
    def __call__(self, candidate: Any, context: Any) -> Any:
        return Score(1.0, metrics={"first": 1.0} if candidate[0] else {})


class FailedForSome(CountOnes):
    def __call__(self, candidate: Any, context: Any) -> Any:
        return Score(float(sum(candidate)), metrics={"first": 1.0} if candidate[0] else {"failed: first": 1.0})


FAULTS = [
    (scores.scores_are_finite, returning(None), "returns a NoneType instead of a Score or a number; for "),
    (scores.scores_are_finite, returning("1"), "returns a str instead of a Score or a number; for "),
    (scores.scores_are_finite, returning(Score(torch.ones(()))), "whose value is a Tensor instead of a float; for "),  # type: ignore[arg-type]
    (scores.scores_are_finite, returning(Score(float("inf"))), "the value is inf; raise an exception"),
    (scores.scores_are_finite, NanForSome, "the value is nan; raise an exception that says why it has none; for 11"),
    (scores.scores_are_finite, Exits, "SystemExit: 1; for "),
    (scores.scores_are_finite, RaisesForHalf, "of 8 members are scored; "),
    (scores.metrics_are_numbers, returning(Score(1.0, {"loss": "low"})), "the metric loss is 'low', a str"),  # type: ignore[dict-item]
    (scores.metrics_are_numbers, returning(Score(1.0, {"loss": torch.ones(())})), "a Tensor instead of a float"),  # type: ignore[dict-item]
    (scores.metrics_are_numbers, returning(Score(1.0, {1: 1.0})), "the metric 1 has no name"),  # type: ignore[dict-item]
    (scores.metrics_are_numbers, returning(Score(1.0, {"": 1.0})), "the metric '' has no name"),
    (scores.metrics_are_numbers, returning(Score(1.0, None)), "AttributeError"),  # type: ignore[arg-type]
    (scores.metrics_are_numbers, returning(Score(1.0, build_s=-1.0)), "build_s is -1.0"),
    (scores.metrics_are_numbers, returning(Score(1.0, build_s=None)), "build_s is None"),  # type: ignore[arg-type]
    (scores.metrics_are_numbers, MetricForSome, "members have different metrics: () and ('first',)"),
    (scores.scores_differ, returning(Score(2.0)), "8 different members all have the score {2.0}"),
]


@pytest.mark.parametrize(("check", "fitness", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_fitness_is_noticed(complaint: Callable[..., str], check: Any, fitness: type, words: str) -> None:
    assert words in complaint(check, fitness, space=BitStrings(), members=MEMBERS)


def test_a_few_members_may_raise_and_are_shown(make_case: Callable[..., Case]) -> None:
    case = make_case(RaisesForSome, space=BitStrings(), members=MEMBERS)
    marked = sum(candidate[:2] == (1, 1) for candidate in case.candidates)
    assert 0 < marked < MEMBERS / 2
    said = scores.scores_are_finite(case)
    assert f"for {MEMBERS - marked} members; {marked} raise an exception, the first ValueError: a marked" in said


def test_values_and_metrics_are_shown(make_case: Callable[..., Case]) -> None:
    case = make_case(Brightness)
    values = sorted(made.value for made in case.attempts)
    assert scores.scores_are_finite(case) == f"{values[0]:.6g} to {values[-1]:.6g} for 5 members"
    assert scores.metrics_are_numbers(case) == "pictures"


def test_members_that_are_all_equal_may_have_equal_scores(complaint: Callable[..., str]) -> None:
    class One(BitStrings):
        def sample(self, rng: Any) -> Any:
            return (1,) * 10

    assert "two are needed" in complaint(scores.scores_differ, Returns, space=One(), kind=NotApplicable)


def test_members_without_any_score_are_not_compared(complaint: Callable[..., str]) -> None:
    for check in (scores.metrics_are_numbers, scores.scores_differ):
        assert complaint(check, Exits, space=BitStrings(), kind=NotApplicable) == "no member has a score"


def test_a_metric_may_say_that_a_member_failed_in_the_place_of_its_score(make_case: Callable[..., Case]) -> None:
    case = make_case(FailedForSome, space=BitStrings(), members=MEMBERS)
    assert len({tuple(made.result.metrics) for made in case.attempts}) == 2
    assert scores.metrics_are_numbers(case) == "first"
