"""Catches: a pair left out or counted twice, resamples that differ between pairs, and a reliability of another number
of repetitions.

Expected values are worked by hand or come from scipy, pair by pair and resample by resample.
"""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from fitness.rank_correlation.rank_statistics import RESAMPLES, Interval, rank_agreement, reliability_of_mean
from tasks import derive_rng

RNG = np.random.default_rng(3)
QUALITY = RNG.normal(size=12)
THREE = [QUALITY + RNG.normal(size=12) for _ in range(3)]


def mean_rho(repetitions: list[np.ndarray]) -> float:
    return float(np.mean([spearmanr(a, b).statistic for a, b in combinations(repetitions, 2)]))


def test_it_is_the_mean_over_all_pairs() -> None:
    ascending, swapped, descending = np.arange(3.0), np.array([1.0, 0.0, 2.0]), np.arange(3.0)[::-1]
    assert rank_agreement([ascending, swapped, descending]).value == pytest.approx((0.5 - 1 - 0.5) / 3)
    assert rank_agreement(THREE).value == pytest.approx(mean_rho(THREE))


def test_its_interval_is_of_rows_drawn_for_all_pairs_at_once() -> None:
    rng = derive_rng(0, "bootstrap")
    rows = [rng.integers(12, size=12) for _ in range(RESAMPLES)]
    draws = [mean_rho([each[drawn] for each in THREE]) for drawn in rows]
    found = rank_agreement(THREE)
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(draws, [2.5, 97.5])))


def test_repetitions_that_are_all_equal_agree_with_nothing() -> None:
    assert np.isnan(rank_agreement([QUALITY, np.ones(12), QUALITY]).value)


def test_one_alone_has_nobody_to_agree_with() -> None:
    with pytest.raises(ValueError, match="1 repetitions"):
        rank_agreement([QUALITY])


def test_two_that_agree_by_a_half_make_a_mean_reliable_by_two_thirds() -> None:
    found = reliability_of_mean(Interval(0.5, 0.0, 1.0), 2)
    assert (found.value, found.low, found.high) == pytest.approx((2 / 3, 0.0, 1.0))
    assert reliability_of_mean(Interval(0.6, 0.6, 0.6), 3).value == pytest.approx(1.8 / 2.2)


def test_what_three_cannot_disagree_by_has_no_reliability() -> None:
    assert np.isnan(reliability_of_mean(Interval(-0.5, -0.9, 0.5), 3).value)


@given(st.floats(0.01, 0.99), st.integers(1, 20))
def test_more_repetitions_are_more_reliable(agreement: float, repetitions: int) -> None:
    same = Interval(agreement, agreement, agreement)
    fewer, more = (reliability_of_mean(same, count).value for count in (repetitions, repetitions + 1))
    assert fewer < more < 1
    assert reliability_of_mean(same, 1).value == pytest.approx(agreement)


def test_the_formula_is_what_means_of_noisy_measurements_do() -> None:
    rng = np.random.default_rng(0)
    quality = rng.normal(size=20_000)

    def mean() -> np.ndarray:
        return np.mean([quality + rng.normal(size=20_000) for _ in range(3)], axis=0)

    two = float(np.corrcoef(quality + rng.normal(size=20_000), quality + rng.normal(size=20_000))[0, 1])
    expected = float(np.corrcoef(mean(), mean())[0, 1])
    assert reliability_of_mean(Interval(two, two, two), 3).value == pytest.approx(expected, abs=0.02)
