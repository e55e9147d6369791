"""Catches: weights that are read wrong or let through, a default that is not 1 - rho^2, one that is undefined without
sizes, a member that says nothing and has a say."""

import math

import numpy as np
import pytest

from fitness.consensus.weights import base_weights, settle_weights
from tasks import UsageError

NAN = math.nan
UP = np.arange(1.0, 5)
SWAPPED = np.array([1.0, 2, 4, 3])  # rho .8 with UP
CROSSED = np.array([2.0, 4, 1, 3])  # rho 1 - 6 * 10 / 60 = 0 with UP
FLAT = np.full(4, 3.0)
SIZES = {"params": UP, "macs": FLAT}
UNKNOWN = {"params": np.full(4, NAN), "macs": np.full(4, NAN)}


@pytest.mark.parametrize(
    ("given", "settled"),
    [
        ("default", "default"),
        (" equal ", "equal"),
        ("1, 0.5", [1.0, 0.5]),
        ([0, 2], [0.0, 2.0]),
        ((1.5, "2"), [1.5, 2.0]),
    ],
)
def test_weights_are_kept_in_one_form(given: str | list[float], settled: object) -> None:
    assert settle_weights(given, 2) == settled
    assert settle_weights(settled, 2) == settled  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("1,2,3", "3 numbers for 2 members"),
        ("1", "1 numbers for 2 members"),
        ([], "0 numbers for 2 members"),
        ("-1,2", "at least 0"),
        ("0,0", "one of them above it"),
        ("nan,1", "finite"),
        ("1,inf", "finite"),
        ("1e308,1e308", "only their ratios count"),
        ("even", "default, equal, or a number for each member"),
        ("1,", "default, equal, or a number for each member"),
        ([None, 1], "default, equal, or a number for each member"),
    ],
)
def test_other_weights_are_refused_in_a_line(given: str | list[float], why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        settle_weights(given, 2)
    assert str(caught.value).startswith("fitness.weights=")
    assert len(str(caught.value)) < 300


def test_by_default_a_member_counts_for_what_it_says_beside_size() -> None:
    found = base_weights("default", {"a": SWAPPED, "b": CROSSED, "c": -SWAPPED}, SIZES)
    assert found == pytest.approx({"a": 0.36 / 1.72, "b": 1 / 1.72, "c": 0.36 / 1.72})


def test_what_is_size_itself_has_no_say_beside_another() -> None:
    assert base_weights("default", {"a": UP, "b": SWAPPED}, SIZES) == {"a": 0, "b": 1}
    assert base_weights("default", {"a": UP, "b": -UP}, SIZES) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize("sizes", [{}, UNKNOWN, {"params": FLAT, "macs": FLAT}])
def test_without_sizes_the_default_is_equal(sizes: dict[str, np.ndarray]) -> None:
    assert base_weights("default", {"a": UP, "b": CROSSED}, sizes) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize("weights", ["default", "equal", {"a": 1, "flat": 5, "gone": 2}])
def test_a_member_that_says_nothing_has_no_say(weights: str | dict[str, float]) -> None:
    scores = {"a": SWAPPED, "flat": FLAT, "gone": np.full(4, NAN)}
    assert base_weights(weights, scores, SIZES) == {"a": 1, "flat": 0, "gone": 0}


def test_given_weights_are_made_together_1() -> None:
    assert base_weights({"a": 3, "b": 1}, {"a": UP, "b": SWAPPED}, SIZES) == {"a": 0.75, "b": 0.25}
    assert base_weights("equal", {"a": UP, "b": SWAPPED}, SIZES) == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize("weights", ["default", "equal", {"a": 0, "flat": 5}])
def test_somebody_has_to_have_a_say(weights: str | dict[str, float]) -> None:
    scores = {"a": UP, "flat": FLAT} if isinstance(weights, dict) else {"flat": FLAT}
    with pytest.raises(UsageError, match="no member tells the 4 candidates"):
        base_weights(weights, scores, SIZES)
