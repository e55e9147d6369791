"""Catches: a pair of the wrong weight or sign, ties that count as agreement, a bound that some completion is above."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, norm

from fitness.rank_correlation.pair_agreement import PairAgreement, signs_of, sureness

LABELS = st.lists(st.integers(0, 6), min_size=5, max_size=5).filter(lambda labels: len({*labels}) > 1)
VALUE = st.integers(0, 4) | st.just(-math.inf)


def test_signs_are_those_of_each_value_less_the_others() -> None:
    signs = signs_of(np.array([2.0, -math.inf, 2.0, 5.0, -math.inf]))
    assert signs.tolist() == [
        [0, 1, 0, -1, 1],
        [-1, 0, -1, -1, 0],
        [0, 1, 0, -1, 1],
        [1, 1, 1, 0, 1],
        [-1, 0, -1, -1, 0],
    ]


def test_the_order_of_two_labels_is_as_sure_as_their_noise_allows() -> None:
    labels = np.array([0.0, 0.3, 1.0, 0.3])
    expected = [[2 * norm.cdf(abs(a - b) / (math.sqrt(2) * 0.4)) - 1 for b in labels] for a in labels]
    np.testing.assert_allclose(sureness(labels, 0.4), expected)
    assert sureness(labels, 0.0).tolist() == [[0, 1, 1, 1], [1, 0, 1, 0], [1, 1, 0, 1], [1, 0, 1, 0]]


def test_agreement_is_the_weighted_mean_over_pairs() -> None:
    labels, scores = np.array([0.0, 1.0, 3.0]), np.array([5.0, 7.0, 5.0])
    one, two, three = (math.erf(d / (2 * 0.8)) for d in (1, 2, 3))  # pairs 0-1 agrees, 1-2 disagrees, 0-2 is a tie
    found = PairAgreement.of(labels, 0.8).value(scores)
    assert found == pytest.approx((one - two) / (one + two + three))
    assert PairAgreement.of(-labels, 0.8).value(scores) == pytest.approx(-found)


def test_with_sure_labels_it_is_kendalls_tau() -> None:
    labels, scores = np.array([3.0, 1, 4, 1.5, 9, 2]), np.array([2.0, 7, 1, 8, 2.5, 5])
    assert PairAgreement.of(labels, 0.0).value(scores) == pytest.approx(kendalltau(scores, labels).statistic)


def test_equal_scores_agree_with_nothing_and_a_constant_has_no_agreement() -> None:
    agreement = PairAgreement.of(np.arange(4.0), 0.0)
    assert agreement.value(np.array([1.0, 1, 1, 2])) == pytest.approx(3 / 6)
    assert math.isnan(agreement.value(np.full(4, -math.inf)))


@given(
    labels=LABELS,
    scores=st.lists(VALUE, min_size=5, max_size=5),
    waiting=st.lists(st.booleans(), min_size=5, max_size=5).filter(lambda each: sum(each) < 3),
    noise=st.sampled_from([0.0, 0.5, 3.0]),
)
def test_no_completion_is_above_the_bound_and_one_of_a_single_member_reaches_it(
    labels: list[int], scores: list[float], waiting: list[bool], noise: float
) -> None:
    agreement, given = PairAgreement.of(np.array(labels, dtype=float), noise), np.array(scores, dtype=float)
    unknown = np.flatnonzero(waiting)
    given[unknown] = math.nan
    bound = agreement.highest(given)
    places = [-math.inf, *(half / 2 for half in range(-1, 10))]
    reached = -math.inf
    for filling in product(places, repeat=len(unknown)):
        given[unknown] = filling
        reached = max(reached, float(np.sum(agreement.wanted * signs_of(given)) / np.abs(agreement.wanted).sum()))
    assert reached <= bound + 1e-12
    if len(unknown) < 2:
        assert reached == pytest.approx(bound)


def test_nothing_comes_below_what_fails() -> None:
    agreement = PairAgreement.of(np.array([3.0, 1, 2]), 0.0)
    assert agreement.highest(np.array([-math.inf, math.nan, 2.0])) == pytest.approx((0 + 1 - 1) / 3)
    assert agreement.highest(np.array([0.0, math.nan, 2.0])) == pytest.approx((1 + 1 - 1) / 3)


def test_where_nothing_is_known_all_may_agree() -> None:
    assert PairAgreement.of(np.array([3.0, 1, 2, 2]), 0.3).highest(np.full(4, math.nan)) == pytest.approx(1)


def test_the_highest_of_signs_takes_each_pair_in_the_order_of_its_labels() -> None:
    agreement = PairAgreement.of(np.array([3.0, 1, 2]), 0.0)
    highest = np.array([[0, 1, -1], [1, 0, 0], [1, 0, 0]])  # 0 may be above 1 and is below 2, 1 and 2 are level
    assert agreement.highest_of_signs(highest) == pytest.approx((1 - 1 + 0) / 3)
    highest[0, 2], highest[2, 0] = 1, -1
    assert agreement.highest_of_signs(highest) == pytest.approx((1 + 1 + 0) / 3)
