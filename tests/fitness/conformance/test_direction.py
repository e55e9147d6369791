"""Catches: a loss without its minus that no check doubts, a doubt about what is right, a place counted wrongly, a
comparison with the same length of training or with other members."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fitness import EvalContext, Score
from fitness.conformance import direction
from fitness.conformance.broken_networks import Broken
from fitness.conformance.case import Case
from spaces.conformance.case import Doubtful, NotApplicable
from tasks.foundation.errors import UsageError
from tests.tiny_fitness import Brightness

LONG = {"steps": 30}


class Loss(Brightness):
    """The loss itself, which a good network has least of."""

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        score = super().__call__(candidate, context)
        return replace(score, value=-score.value)


def trained(fitness: type[Brightness]) -> Callable[..., Brightness]:
    return lambda *, steps=LONG["steps"]: fitness(steps=steps)


class ByHand(Brightness):
    """Members score their width, 1 to 9; broken ones what ``blind`` says, after building them."""

    blind: dict[str, float]

    def __call__(self, candidate: Any, context: EvalContext) -> Score:
        if not isinstance(candidate, Broken):
            return Score(candidate)
        self.network(candidate, context)
        return Score(self.blind[candidate.name])


def by_hand(constant: float, dead: float) -> type[ByHand]:
    return type("ByHandWith", (ByHand,), {"blind": {"CONSTANT": constant, "DEAD": dead}})


@pytest.mark.parametrize("check", [direction.blind_networks_do_not_win, direction.longer_training_scores_higher])
def test_a_loss_without_its_minus_is_doubted(complaint: Callable[..., str], check: Any) -> None:
    said = complaint(check, trained(Loss), kind=Doubtful, options=LONG)
    assert "is more of this score better? A loss needs a minus" in said


@pytest.mark.parametrize("check", [direction.blind_networks_do_not_win, direction.longer_training_scores_higher])
def test_minus_a_loss_is_not_doubted(make_case: Callable[..., Case], check: Any) -> None:
    said = check(make_case(trained(Brightness), options=LONG))
    assert said in (
        "constant maps: place 6 of 6, dead ReLUs: place 6 of 6",
        "with half the steps, 0 of 3 members score higher",
    )


@pytest.mark.parametrize("blind", [(9.5, -1), (-1, 9.5)])
def test_a_blind_network_that_beats_every_member_is_doubted(
    complaint: Callable[..., str], blind: tuple[float, float]
) -> None:
    said = complaint(direction.blind_networks_do_not_win, by_hand(*blind), kind=Doubtful)
    names = ("constant maps", "dead ReLUs")
    assert f"{names[blind.index(9.5)]}: place 1 of 6" in said
    assert f"{names[blind.index(-1)]}: place 6 of 6" in said


def test_a_place_counts_the_members_that_are_no_worse(make_case: Callable[..., Case]) -> None:
    widths = sorted(make_case(Brightness).candidates)
    assert len(set(widths)) > 2
    best, second = widths[-1], sorted(set(widths))[-2]
    said = direction.blind_networks_do_not_win(make_case(by_hand(best, second + 0.5)))
    assert (
        said == f"constant maps: place {1 + widths.count(best)} of 6, dead ReLUs: place {1 + widths.count(best)} of 6"
    )


def test_a_blind_network_without_a_score_has_no_place(make_case: Callable[..., Case]) -> None:
    said = direction.blind_networks_do_not_win(make_case(by_hand(float("inf"), 0)))
    assert said == "constant maps: no score, dead ReLUs: place 6 of 6"


def test_half_the_training_is_compared_on_the_same_members(make_case: Callable[..., Case]) -> None:
    made: list[int] = []

    def make(*, steps: int = 30) -> Any:
        made.append(steps)
        return lambda net, context: Score(net * (1 if steps == 30 else 2 if net == case.candidates[0] else 0.5))

    case = make_case(make, options=LONG)
    assert len(set(case.candidates[:3])) == 3
    assert direction.longer_training_scores_higher(case) == "with half the steps, 1 of 3 members score higher"
    assert made[-1] == 15


@pytest.mark.parametrize("options", [{}, {"steps": 1}, {"steps": "6"}, {"length": 6}])
def test_without_a_length_there_is_nothing_to_compare(complaint: Callable[..., str], options: dict[str, Any]) -> None:
    said = complaint(direction.longer_training_scores_higher, Brightness, kind=NotApplicable, options=options)
    assert said == "it has no option epochs or steps of at least 2"


def test_a_length_that_cannot_be_halved_is_not_compared(complaint: Callable[..., str]) -> None:
    def make(*, epochs: int = 6) -> Any:
        if epochs < 6:
            raise UsageError("epochs=3: at least 6")
        return Brightness()

    said = complaint(direction.longer_training_scores_higher, make, kind=NotApplicable, options={"epochs": 6})
    assert said == "with epochs=3 it cannot be made: epochs=3: at least 6"
