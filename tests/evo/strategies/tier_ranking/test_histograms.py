"""Catches: a tier that is cut elsewhere, a value in the bin beside its own, a divergence with tiers exchanged."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.strategies.tier_ranking.histograms import (
    TIERS,
    Histogram,
    binned,
    by_name,
    divergence,
    each_integer,
)


def test_numbers_count_at_the_upper_bound_of_their_bin() -> None:
    values = [10, 15, 16, 20, 21, 40]  # 30 wide, in 5 bins of 6
    found = binned(values, np.array([0, 0, 1, 1, 4, 4]), 5)
    assert found.keys == (16, 22, 28, 34, 40)
    assert found.counts.tolist() == [[2, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0] * 5, [0] * 5, [0, 1, 0, 0, 1]]


def test_a_width_is_rounded_up_and_leaves_out_bins_that_nothing_is_in() -> None:
    found = binned([0, 6], np.array([0, 4]), 5)  # of width 2, of which three hold all
    assert found.keys == (2, 4, 6)
    assert found.counts.tolist()[0] == [1, 0, 0]
    assert found.counts.tolist()[4] == [0, 0, 1]
    assert binned([3, 3], np.array([0, 4]), 5).keys == (3,)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 4)), min_size=1, max_size=40), st.integers(1, 9))
def test_every_number_is_at_most_its_key_and_above_the_one_before(pairs: list[tuple[int, int]], bins: int) -> None:
    values, tiers = [value for value, _ in pairs], np.array([tier for _, tier in pairs])
    found = binned(values, tiers, bins)
    assert len(found.keys) <= bins
    assert found.counts.sum(axis=1).tolist() == [int((tiers == tier).sum()) for tier in range(TIERS)]
    bounds = np.array(found.keys)
    expected = [int(np.searchsorted(bounds, value)) for value in values]
    alone = [binned(values, np.where(np.arange(len(values)) == i, 0, 1), bins).counts[0] for i in range(len(values))]
    assert [int(counts.argmax()) for counts in alone] == expected


def test_integers_have_a_key_each() -> None:
    found = each_integer([3, 6, 3], np.array([0, 4, 4]))
    assert found.keys == (3, 4, 5, 6)
    assert found.counts[[0, 4]].tolist() == [[1, 0, 0, 0], [1, 0, 0, 1]]


def test_names_are_counted_over_all_members_of_a_tier() -> None:
    found = by_name([{"conv": 2, "skip": 1}, {"conv": 3}, {"none": 3}], np.array([0, 0, 4]))
    assert found.keys == ("conv", "none", "skip")
    assert found.counts[[0, 4]].tolist() == [[5, 0, 1], [0, 3, 0]]


def test_a_distribution_counts_every_key_once_more() -> None:
    counts = np.zeros((TIERS, 3), np.int64)
    counts[0] = [3, 0, 1]
    found = Histogram(("a", "b", "c"), counts)
    assert found.distribution(0) == pytest.approx([4 / 7, 1 / 7, 2 / 7])
    assert found.distribution(4) == pytest.approx([1 / 3] * 3)


def test_a_softmax_of_counts_is_nearly_certain_of_one_key() -> None:
    counts = np.zeros((TIERS, 2), np.int64)
    counts[0] = [12, 2]
    counts[1] = [2000, 0]  # whose exponential is too large for a number
    found = Histogram(("a", "b"), counts)
    assert found.softmax(0) == pytest.approx([1 / (1 + math.exp(-10)), math.exp(-10) / (1 + math.exp(-10))])
    assert found.softmax(1).tolist() == [1.0, 0.0]


def test_the_divergence_is_kullbacks_from_the_best_by_the_number_of_keys() -> None:
    best, low = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    expected = (0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)) / 2
    assert divergence(best, low) == pytest.approx(expected)
    assert divergence(low, best) == pytest.approx((0.9 * math.log(0.9 / 0.5) + 0.1 * math.log(0.1 / 0.5)) / 2)
    assert divergence(best, best) == 0.0
    assert math.isfinite(divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])))
