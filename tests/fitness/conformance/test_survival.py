"""Catches: a network that something is wrong with and that makes a fitness return no Score, or leave, and passes; a
check that asks for another broken network than it says; one that blames a fitness which never looks at networks."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch

from fitness import EvalContext, Score
from fitness.conformance import survival
from fitness.conformance.attempt import Attempt
from fitness.conformance.broken_networks import Broken
from fitness.conformance.case import Case
from spaces.conformance.case import Nonconformance, NotApplicable
from tests.tiny import TinySequences
from tests.tiny_fitness import Brightness
from tests.toy import BitStrings, CountOnes

ASKED = {
    survival.a_network_without_relu: Broken.LINEAR,
    survival.a_network_without_parameters: Broken.PARAMETERLESS,
    survival.a_network_of_constant_output: Broken.CONSTANT,
    survival.a_network_that_never_learns: Broken.DEAD,
    survival.a_network_of_nan: Broken.NAN,
    survival.a_network_that_raises: Broken.RAISING,
}

every_check = pytest.mark.parametrize("check", ASKED, ids=lambda check: check.__name__)


class GivesUp(Brightness):
    """Returns nothing for a broken network."""

    def __call__(self, candidate: Any, context: EvalContext) -> Any:
        score = super().__call__(candidate, context)
        return None if isinstance(candidate, Broken) else score


class Leaves(Brightness):
    """Leaves where a network gives NaN."""

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        score = super().__call__(candidate, context)
        return score if score.value == score.value else sys.exit(1)


class ReturnsTensors(Brightness):
    """Forgets to make a number of what has no gradient."""

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        score = super().__call__(candidate, context)
        return Score(torch.zeros(())) if candidate is Broken.PARAMETERLESS else score  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check", "fitness", "words"),
    [
        (survival.a_network_without_relu, GivesUp, "returns a NoneType instead of a Score or a number"),
        (survival.a_network_without_parameters, ReturnsTensors, "whose value is a Tensor instead of a float"),
        (survival.a_network_of_constant_output, GivesUp, "returns a NoneType instead of a Score or a number"),
        (survival.a_network_that_never_learns, GivesUp, "returns a NoneType instead of a Score or a number"),
        (survival.a_network_of_nan, Leaves, "SystemExit: 1"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_fitness_is_noticed(complaint: Callable[..., str], check: Any, fitness: type, words: str) -> None:
    assert words in complaint(check, fitness)


@every_check
def test_every_check_asks_for_its_network_and_shows_the_outcome(check: Any, make_case: Callable[..., Case]) -> None:
    asked: list[str] = []

    def elsewhere(texts: Sequence[str], limit_s: float) -> list[Attempt]:
        asked.extend(texts)
        return case.answer(texts)

    case = make_case(Brightness, elsewhere=elsewhere)
    said = check(case)
    assert asked == [ASKED[check].value]
    if check is survival.a_network_that_raises:
        assert said == "RuntimeError: this network raises in forward, on purpose"
    else:
        assert (float(said) != float(said)) == (check is survival.a_network_of_nan)


@every_check
def test_a_fitness_whose_process_ends_is_noticed_each_time(check: Any, make_case: Callable[..., Case]) -> None:
    calls = []

    def elsewhere(texts: Sequence[str], limit_s: float) -> list[Attempt]:
        calls.append(texts)
        raise Nonconformance("it ended its process, with signal 9")

    case = make_case(Brightness, elsewhere=elsewhere)
    for _ in range(2):
        with pytest.raises(Nonconformance, match="signal 9"):
            check(case)
    assert len(calls) == 1


@every_check
@pytest.mark.parametrize(
    ("fitness", "space", "words"),
    [
        (CountOnes, BitStrings, "no networks: the space has no build()"),
        (lambda: lambda net, context: Score(net), TinySequences, "those of the space read sequences"),
        (lambda: lambda net, context: Score(int(net)), None, "it looks at candidates, and never built the network"),
    ],
)
def test_where_there_is_nothing_to_ask_it_says_why(
    complaint: Callable[..., str], check: Any, fitness: Any, space: Any, words: str
) -> None:
    assert words in complaint(check, fitness, space=space and space(), kind=NotApplicable)
