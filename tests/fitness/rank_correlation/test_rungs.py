"""Catches: a task dropped above threshold - margin, or kept below it; rungs out of order; a cost counted wrongly."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from fitness import AbandonedError
from fitness.rank_correlation.member_trainings import MemberScores
from fitness.rank_correlation.rungs import Rungs
from tasks.foundation.errors import UsageError

WHOLE = MemberScores(np.array([[1.0, 2.0, -np.inf, 3.0]]), None)
CUT = MemberScores(np.array([[1.0, np.nan, -np.inf, np.nan]]), 0.05)


class Trains:
    """Returns what it is told for each number of steps, and notes what it was asked for."""

    def __init__(self, scores: Mapping[int, MemberScores]) -> None:
        self._scores = scores
        self.asked: list[tuple[int, float]] = []

    def __call__(self, steps: int, threshold: float) -> MemberScores:
        self.asked.append((steps, threshold))
        return self._scores[steps]


def test_all_rungs_come_in_order_and_cost_their_share_of_the_whole_trainings() -> None:
    train = Trains({10: WHOLE, 30: WHOLE})
    assert Rungs((10, 30), 100, 2, 0.25).race(train, 0.75) == pytest.approx(4 * (10 + 30) / 200)
    assert train.asked == [(10, 0.5), (30, 0.5)]


def test_without_a_threshold_nothing_is_trained() -> None:
    train = Trains({})
    assert Rungs((10, 30), 100, 1, 0.3).race(train, None) == 0
    assert not train.asked


def test_a_task_that_is_too_far_below_is_dropped_at_its_rung() -> None:
    with pytest.raises(AbandonedError, match=r"^at most 0\.0500 at 30 steps, below 0\.7500 - 0\.25$") as raised:
        Rungs((10, 30, 60), 100, 1, 0.25).race(Trains({10: WHOLE, 30: CUT}), 0.75)
    counts = {"scored": 0.0, "members": 4.0, "failed": 1.0}
    cost = (4 * 10 + 2 * 30) / 100
    assert raised.value.metrics == {**counts, "rung": 30.0, "rho at rung": 0.05, "trainings": pytest.approx(cost)}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"steps": (0, 10)},
            "fitness.rungs=0,10: ascending numbers of steps are needed, from 1 to below",
        ),
        ({"steps": (10, 10)}, "fitness.rungs=10,10: ascending"),
        ({"steps": (30, 10)}, "fitness.rungs=30,10: ascending"),
        ({"steps": (10, 100)}, "below fitness.steps=100"),
        ({"margin": -0.1}, "fitness.rung_margin=-0.1: must be from 0 to 2"),
        ({"margin": 2.1}, "fitness.rung_margin=2.1: must be from 0 to 2"),
        ({"margin": float("nan")}, "fitness.rung_margin=nan: must be from 0 to 2"),
    ],
)
def test_numbers_out_of_range_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Rungs(**{"steps": (10,), "whole": 100, "repeats": 1, "margin": 0.3, **options})


def test_the_ends_of_the_ranges_are_taken() -> None:
    assert Rungs((1, 99), 100, 1, 0).steps == (1, 99)
    assert Rungs((1,), 2, 1, 2).steps == (1,)


def test_a_margin_without_rungs_is_refused() -> None:
    assert Rungs((), 100, 1, 0.3).steps == ()
    with pytest.raises(UsageError, match=r"^fitness.rung_margin=0.2: fitness.rungs alone have one; give these, too$"):
        Rungs((), 100, 1, 0.2)
