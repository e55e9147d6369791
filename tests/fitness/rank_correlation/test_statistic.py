"""Catches: a statistic of the wrong name or labels, a sign that is dropped or kept wrongly, a bound that is none."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from fitness.rank_correlation.joined_scores import joined_scores
from fitness.rank_correlation.spearman_bound import highest_spearman
from fitness.rank_correlation.statistic import Rho, Statistic, StatisticName, together

LABELS = np.array([3.0, 1, 4, 1.5, 9, 2])
SCORES = np.array([2.0, 7, 1, 8, 2.5, 5])
SCORE = st.integers(0, 4) | st.just(-math.inf)


def test_each_name_is_its_statistic() -> None:
    assert Statistic.of("spearman", LABELS).value(SCORES) == pytest.approx(spearmanr(SCORES, LABELS).statistic)
    assert Statistic.of("pairs", LABELS).value(SCORES) == pytest.approx(kendalltau(SCORES, LABELS).statistic)
    weighed = Statistic.of("pairs", LABELS, noise=2.0).value(SCORES)
    assert weighed != pytest.approx(kendalltau(SCORES, LABELS).statistic)


@pytest.mark.parametrize("name", ["spearman", "pairs"])
def test_the_sign_is_dropped_where_it_is_asked_for(name: StatisticName) -> None:
    plain, absolute = Statistic.of(name, LABELS, noise=1.0), Statistic.of(name, LABELS, noise=1.0, absolute=True)
    assert plain.value(SCORES) < 0
    assert absolute.value(SCORES) == -plain.value(SCORES) == absolute.value(-SCORES)
    reverse = np.where(np.arange(6) < 5, -LABELS, math.nan)
    assert plain.highest(reverse[None], 1.0) < 0.5
    assert absolute.highest(reverse[None], 1.0) == pytest.approx(1)


@pytest.mark.parametrize("name", ["spearman", "pairs"])
def test_where_all_is_known_the_highest_is_the_value(name: StatisticName) -> None:
    statistic = Statistic.of(name, LABELS, noise=0.7)
    assert statistic.highest(SCORES[None], 1.0) == statistic.value(SCORES)
    each = np.array([SCORES, LABELS, -LABELS])
    assert statistic.highest(each, 1.0) == statistic.value(joined_scores(each))


def test_the_highest_rho_of_one_task_is_exact() -> None:
    known = np.array([2.0, 7, math.nan, 8, 2.5, math.nan])
    assert Statistic.of("spearman", LABELS).highest(known[None], 1.0) == highest_spearman(known, LABELS)
    enough = Statistic.of("spearman", LABELS).highest(np.full((1, 6), math.nan), 0.2)
    assert 0.2 <= enough <= 1


def test_scores_of_one_task_are_kept_and_of_several_joined() -> None:
    assert together(SCORES[None]) is not SCORES
    assert together(SCORES[None]).tolist() == SCORES.tolist()
    np.testing.assert_array_equal(together(np.array([SCORES, LABELS])), joined_scores(np.array([SCORES, LABELS])))


@settings(max_examples=60)
@given(
    st.lists(st.lists(SCORE, min_size=5, max_size=5), min_size=2, max_size=2),
    st.lists(st.integers(0, 4), min_size=5, max_size=5).filter(lambda labels: len({*labels}) > 1),
    st.sampled_from(["spearman", "pairs"]),
)
def test_no_completion_of_a_set_is_above_its_highest(
    tasks: list[list[float]], labels: list[int], name: StatisticName
) -> None:
    each = np.array(tasks, dtype=float)
    statistic = Statistic.of(name, np.array(labels, dtype=float), noise=0.6)
    waiting = each.copy()
    waiting[:, 4] = math.nan
    highest = statistic.highest(waiting, 1.0)
    assert highest <= 1
    for filling in product([-math.inf, -1.0, 0.0, 1.5, 2.0, 9.0], repeat=2):
        each[:, 4] = filling
        value = statistic.value(joined_scores(each))
        assert math.isnan(value) or value <= highest + 1e-12


@settings(max_examples=60)
@given(st.lists(st.integers(0, 3), min_size=5, max_size=5), st.permutations(range(5)), st.integers(0, 9))
def test_rho_has_signs_that_bound_it(scores: list[int], labels: list[int], free: int) -> None:
    values, rho = np.array(scores, dtype=float), Rho(np.array(labels, dtype=float))
    signs = (values[:, None] > values).astype(int) - (values[:, None] < values)
    exact = rho.value(values)
    assert math.isnan(exact) or exact <= rho.highest_of_signs(signs) + 1e-12
    if len({*scores}) == 5:
        assert rho.highest_of_signs(signs) == pytest.approx(exact)
    first, second = np.argwhere(np.triu(np.ones((5, 5)), 1))[free]
    loose = signs.copy()
    loose[first, second] = loose[second, first] = 1
    assert rho.highest_of_signs(loose) >= rho.highest_of_signs(signs) - 1e-12


def test_where_all_pairs_may_be_level_rho_may_be_one() -> None:
    with np.errstate(all="raise"):
        assert Rho(np.arange(5.0)).highest_of_signs(np.ones((5, 5), dtype=int)) == 1


def test_pairs_that_may_be_level_raise_the_highest_rho() -> None:
    rho, strict = Rho(np.arange(4.0)), np.sign(np.arange(4)[:, None] - np.arange(4))
    swapped = strict.copy()
    swapped[0, 3] = 1  # the worst may be above the best, or level with it
    assert rho.highest_of_signs(strict) == pytest.approx(1)
    against = -strict
    assert rho.highest_of_signs(against) == pytest.approx(-1)
    # one pair may be level: product 5 - 2 x 3 / 2 = 2 at best of what is reversed, square 5 - (2 x 1 x 3) / 12
    one = strict.copy()
    one[3, 0], one[0, 3] = 0, 1  # at most level
    assert rho.highest_of_signs(one) == pytest.approx((5 - 3 / 2) / math.sqrt((60 - 6) / 12 * 5))
