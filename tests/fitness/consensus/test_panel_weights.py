"""Catches: weights that ignore labels, that follow them without any need, or that give a say to who has none; a grid
that grows without bound."""

import math

import numpy as np
import pytest

from fitness.consensus.panel_weights import MOST_POINTS, _simplex, _steps, panel_weights

HALF = {"a": 0.5, "b": 0.5}
LABELS = np.arange(20.0)


def test_a_member_that_labels_bear_out_takes_over_from_one_that_they_do_not() -> None:
    logs = {"a": LABELS, "b": -LABELS}
    assert panel_weights(logs, LABELS, HALF) == pytest.approx({"a": 0.55, "b": 0.45})  # enough for rho 1
    noise = np.random.default_rng(0).normal(size=20)
    assert panel_weights({"a": LABELS, "b": 50 * noise}, LABELS, HALF)["a"] >= 0.9


def test_weights_stay_where_labels_call_for_nothing() -> None:
    assert panel_weights({"a": LABELS, "b": LABELS}, LABELS, {"a": 0.3, "b": 0.7}) == {"a": 0.3, "b": 0.7}


@pytest.mark.parametrize(("exchanged", "moves"), [((3, 6), False), ((4, 15), True)])
def test_weights_move_only_for_more_than_half_a_standard_error(exchanged: tuple[int, int], moves: bool) -> None:
    # With two labels d apart exchanged, b loses 12 d^2 / (20 * 399) of rho: .014 or .18. It decides which of the two is
    # ahead as long as a has less than 10 / 11 of the weight, and moving that much costs .81 / 2 / sqrt(19) = .093.
    first, second = exchanged
    member = LABELS.copy()
    member[[first, second]] = member[[second, first]]
    start = {"a": 0.1, "b": 0.9}
    found = panel_weights({"a": LABELS, "b": 10 * member}, LABELS, start)
    assert (found != start) == moves
    assert (found["a"] > 10 / 11) == moves


def test_a_silent_member_is_given_no_weight() -> None:
    logs = {"a": LABELS, "b": -LABELS, "c": np.zeros(20)}
    found = panel_weights(logs, LABELS, {"a": 0.0, "b": 0.5, "c": 0.5}, silent={"a"})
    assert (found["a"], found["c"]) == (0.0, 1.0)  # all alike is better than backwards
    assert list(found) == ["a", "b", "c"]


def test_a_member_that_has_no_weight_without_labels_may_be_given_one() -> None:
    logs = {"a": LABELS, "b": -LABELS}
    assert panel_weights(logs, LABELS, {"a": 0.0, "b": 1.0}) == pytest.approx({"a": 0.55, "b": 0.45})
    assert panel_weights(logs, -LABELS, {"a": 0.0, "b": 1.0}) == {"a": 0.0, "b": 1.0}


def test_the_grid_covers_all_shares_and_stays_small() -> None:
    points = {tuple(point) for point in _simplex(2, 3)}
    assert points == {(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)}
    assert [_steps(members) for members in (1, 2, 3, 5)] == [20, 20, 20, 10]
    for members in (2, 5, 8, 12, 30):
        assert math.comb(_steps(members) + members - 1, members - 1) <= MOST_POINTS
