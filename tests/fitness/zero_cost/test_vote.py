"""Catches: a minority that wins, an undefined measure that beats a defined one, a panel that differs by candidate."""

import math
from collections.abc import Callable

import pytest

from fitness import EvalContext
from fitness.zero_cost.vote import VOTERS, VoteFitness, majority
from tests.tiny import TinySequences
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((1, 1, 0), (0, 0, 9), 1.0),
        ((0, 0, 9), (1, 1, 0), 0.0),
        ((1, 1, 1), (1, 1, 1), 0.5),
        ((2, 1, 1), (1, 2, 1), 0.5),
        ((-math.inf, 1, 1), (0, 0, 0), 1.0),
        ((-math.inf, 0, 0), (-math.inf, 0, 1), 0.0),
    ],
)
def test_the_majority_decides(one: tuple[float, ...], other: tuple[float, ...], expected: float) -> None:
    assert majority(one, other) == expected


def test_a_score_is_the_share_of_the_panel_that_loses(make_context: MakeContext) -> None:
    fitness = VoteFitness(panel=8, batch=4)
    scores = {width: fitness(width, make_context(seed=width)) for width in (1, 5, 9)}
    assert all(0 <= score.value <= 1 and 16 * score.value == int(16 * score.value) for score in scores.values())
    assert set(scores[1].metrics) == set(VOTERS)
    again = VoteFitness(panel=8, batch=4)(9, make_context(seed=9))
    assert (again.value, again.metrics) == (scores[9].value, scores[9].metrics)


def test_a_refusal_is_the_votes_own() -> None:
    assert VoteFitness().accepts(TinySequences()) == "vote measures networks that read images"
    assert (VoteFitness().accepts(BitStrings()) or "").startswith("vote measures networks, and ")


def test_an_empty_panel_is_refused() -> None:
    with pytest.raises(ValueError, match="panel=0"):
        VoteFitness(panel=0)
