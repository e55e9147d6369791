"""Catches: a deadline that is slept through and passes, an exception that hides it, a quick fitness that is blamed."""

from collections.abc import Callable
from typing import Any

import pytest

from fitness import DeadlineExceededError, EvalContext, Score
from fitness.conformance import deadlines
from fitness.conformance.case import Case
from tests.tiny_fitness import Brightness
from tests.toy import BitStrings, CountOnes

CHECK = deadlines.a_passed_deadline_is_noticed


class Swallows(Brightness):
    """Takes every exception for a bad candidate."""

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        try:
            return super().__call__(candidate, context)
        except Exception:
            return Score(float("nan"))


class Renames(Brightness):
    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        try:
            return super().__call__(candidate, context)
        except DeadlineExceededError as error:
            raise RuntimeError("too late") from error


@pytest.mark.parametrize(
    ("fitness", "words"),
    [
        (Swallows, "past its deadline: nan; let DeadlineExceededError through"),
        (Renames, "past its deadline: RuntimeError: too late"),
    ],
)
def test_a_broken_fitness_is_noticed(complaint: Callable[..., str], fitness: type, words: str) -> None:
    assert words in complaint(CHECK, fitness)


def test_a_fitness_that_comes_back_too_late_is_noticed(
    complaint: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "MOST_S", 0.02)
    said = complaint(CHECK, lambda: CountOnes(sleep_s=0.05), space=BitStrings())
    assert "after its deadline; call context.check_deadline() inside every long loop" in said


def test_a_late_exception_is_too_late_as_well(complaint: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "MOST_S", -1.0)
    assert "s after its deadline; call context.check_deadline()" in complaint(CHECK, Brightness)


def test_both_ways_of_keeping_it_are_told_apart(make_case: Callable[..., Case]) -> None:
    assert CHECK(make_case(Brightness)).startswith("DeadlineExceededError after ")
    assert CHECK(make_case(CountOnes, space=BitStrings())).startswith("does not look at it, and is done in ")
