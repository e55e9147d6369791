"""Catches: an answer of accepts() that a run would take for the opposite, an accepts() that breaks on a space without
networks, a space of letters that is no space."""

from collections.abc import Callable
from typing import Any

import pytest

from fitness.conformance.acceptance import Letters, accepts_or_refuses
from fitness.conformance.case import Case
from spaces.conformance import CHECKS
from spaces.conformance.case import NotApplicable, SpaceCase
from tests.tiny_fitness import Brightness
from tests.toy import CountOnes


class Answers(Brightness):
    answer: Any = None

    def accepts(self, space: object) -> Any:
        return type(self).answer


class SaysTrue(Answers):
    answer = True


class SaysNothing(Answers):
    answer = ""


class SaysTooMuch(Answers):
    answer = "no\nnever"


class Builds(Brightness):
    """Asks a space for what not all of them have."""

    def accepts(self, space: Any) -> None:
        space.build  # noqa: B018


@pytest.mark.parametrize(
    ("fitness", "words"),
    [
        (SaysTrue, "accepts() gives True; None or a reason of one line is needed; for the space"),
        (SaysNothing, "accepts() gives ''"),
        (SaysTooMuch, "accepts() gives 'no\\nnever'"),
        (Builds, "AttributeError: 'Letters' object has no attribute 'build'; for one without networks"),
    ],
)
def test_a_broken_fitness_is_noticed(complaint: Callable[..., str], fitness: type, words: str) -> None:
    assert words in complaint(accepts_or_refuses, fitness)


def test_what_it_says_is_shown(make_case: Callable[..., Case]) -> None:
    assert accepts_or_refuses(make_case(Brightness)) == "accepts the space, refuses one without networks"
    assert accepts_or_refuses(make_case(Answers)) == "accepts the space, accepts one without networks"


def test_a_fitness_without_accepts_is_offered_every_space(make_case: Callable[..., Case]) -> None:
    assert accepts_or_refuses(make_case(CountOnes)) == "accepts the space, accepts one without networks"


def test_an_accepts_that_breaks_refuses_nothing(make_case: Callable[..., Case]) -> None:
    class Breaks(Brightness):
        def accepts(self, space: object) -> None:
            raise KeyError

    assert make_case(Breaks).refusal is None
    assert make_case(SaysNothing).refusal is None


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_space_of_letters_is_one(check: Any) -> None:
    case = SpaceCase(Letters(), Letters(), members=5)
    try:
        assert check(case)
    except NotApplicable:
        assert check.__module__.endswith(("networks", "graphs", "diagrams", "costs", "proxy_tasks", "published_forms"))
