"""Catches: luck measured on the half that chose, a half panel's luck taken for that of a whole, or divided alike where
tasks differ and where not, an expectation of what was reached, an interval of another width or around another value.

Expected values are worked by hand, come from scipy, or are known because scores are drawn without regard to labels.
"""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import spearmanr

from fitness.rank_correlation.expected_value import Array, expected_value, optimism
from fitness.rank_correlation.statistic_of_each import spearman_of_each
from tasks import derive_rng


def first_member(scores: Array, labels: Array) -> Array:
    return scores[:, 0]


def test_luck_is_what_the_half_that_chose_has_more_than_the_other() -> None:
    labels, split = np.array([0.0, 1.0]), np.array([[5.0, 2.0], [2.0, 5.0]])  # each half has one member
    gaps = {best: optimism(split, labels, derive_rng(0), statistic=first_member, best=best) for best in (1, 2)}
    assert gaps == pytest.approx({1: 3 / sqrt(2), 2: 0})  # both joined are worth the same on either half


def test_where_tasks_truly_differ_luck_falls_faster_with_more_members() -> None:
    worth = np.array([[5.0, 3.0], [3.0, 4.0], [0.0, 1.0]])
    agreement = float(np.corrcoef(worth[:, 0], worth[:, 1])[0, 1])
    gap = ((5 - 3) + (4 - 3)) / 2  # of the first by the one member, of the second by the other
    found = optimism(worth, np.array([0.0, 1.0]), derive_rng(0), statistic=first_member)
    assert found == pytest.approx(gap / sqrt(2 * (1 + agreement)))


def test_where_there_is_no_choice_there_is_no_luck() -> None:
    scores = np.tile(derive_rng(1).random(9), (3, 1))
    assert optimism(scores, np.arange(9.0), derive_rng(2)) == pytest.approx(0)


def test_of_tasks_that_know_nothing_nothing_is_expected() -> None:
    labels, found, reached = np.arange(20.0), [], []
    for seed in range(25):
        rng = derive_rng(seed)
        scores = rng.random((60, 20))
        best = scores[[spearman_of_each(scores, labels).argmax()]]
        expected = expected_value(best, labels, optimism(scores, labels, rng, splits=30))
        reached.append(expected.reached)
        found.append(expected.elsewhere.value)
    assert np.mean(reached) > 0.4
    assert abs(np.mean(found)) < 0.05


def test_the_expected_value_is_that_of_all_draws_less_luck() -> None:
    rng = derive_rng(3)
    labels = rng.random(12)
    drawn = labels + rng.normal(0, 0.3, (2, 12))
    found = expected_value(drawn, labels, 0.1)
    reached = np.mean([spearmanr(scores, labels).statistic for scores in drawn])
    assert (found.reached, found.optimism) == (pytest.approx(reached), 0.1)
    assert found.elsewhere.value == pytest.approx(reached - 0.1)


def test_the_interval_is_that_of_a_rank_correlation_of_so_many_members() -> None:
    labels = np.arange(20.0)
    found = expected_value(labels[None], labels, 0.4).elsewhere
    # z = .693147 of .6, its error sqrt(1.18 / 17) = .263461
    assert (found.value, found.low, found.high) == pytest.approx((0.6, 0.174956, 0.836536), abs=1e-5)


def test_nothing_beyond_what_a_correlation_can_be_is_expected() -> None:
    labels = np.arange(6.0)
    above, below = (expected_value(sign * labels[None], labels, -0.5 * sign).elsewhere for sign in (1, -1))
    assert (above.value, below.value) == (1, -1)
    assert (above.low, above.high) == pytest.approx((-below.high, -below.low))
    assert 0.9 < above.low < above.high < 1
    few = expected_value(labels[None, :2], labels[:2], 0.5).elsewhere
    assert few.low < 0 < few.high < 1
