"""Catches: ranks that ties or failures shift, an order of joined scores that is called certain and is not."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from fitness.rank_correlation.joined_scores import highest_signs, joined_scores
from fitness.rank_correlation.pair_agreement import signs_of

SCORE = st.integers(0, 3) | st.just(-math.inf)


def test_a_joined_score_is_the_mean_logarithm_of_ranks() -> None:
    each = np.array([[5.0, 1.0, 3.0, 3.0], [0.2, 0.1, 0.4, 0.3]])
    ranks = np.array([rankdata(scores) for scores in each])
    assert ranks[0].tolist() == [4, 1, 2.5, 2.5]
    np.testing.assert_allclose(joined_scores(each), np.log(ranks / 4).mean(axis=0))


def test_what_fails_is_the_lowest_and_fails_as_a_whole_where_no_task_scores_it() -> None:
    each = np.array([[-math.inf, -math.inf, 7.0, 6.0], [2.0, -math.inf, 3.0, 1.0]])
    first, second, *others = joined_scores(each)
    assert second == -math.inf
    assert first == pytest.approx((math.log(1.5 / 4) + math.log(3 / 4)) / 2)  # of ranks 1.5, for two failed, and 3
    assert others == pytest.approx([(math.log(4 / 4) + math.log(4 / 4)) / 2, (math.log(3 / 4) + math.log(2 / 4)) / 2])


def test_equal_products_of_ranks_are_equal_scores() -> None:
    each = np.array([[1.0, 2, 3, 4, 5, 6], [6.0, 3, 2, 4, 5, 1], [1.0, 1, 1, 1, 1, 1]])
    joined = joined_scores(each)
    assert joined[0] == joined[1] == joined[2] == joined[5]  # of 1 x 6 and 2 x 3
    many = joined_scores(np.tile(np.arange(200.0), (40, 1)))  # beyond whole numbers of 64 bits
    np.testing.assert_allclose(many, np.log(np.arange(1, 201) / 200), atol=1e-12)


@given(st.lists(st.lists(SCORE, min_size=4, max_size=4), min_size=2, max_size=3), st.integers(0, 3))
def test_no_joined_scores_have_signs_above_the_highest(tasks: list[list[float]], waiting: int) -> None:
    each = np.array(tasks, dtype=float)
    assert (signs_of(joined_scores(each)) <= highest_signs(each)).all()
    column = each.copy()
    each[:, waiting] = math.nan
    highest = highest_signs(each)
    for filling in product([-math.inf, -1.0, 1.5, 9.0], repeat=len(each)):
        column[:, waiting] = filling
        assert (signs_of(joined_scores(column)) <= highest).all()


def test_signs_are_certain_where_tasks_agree() -> None:
    each = np.array([[1.0, 2.0, 2.0, math.nan, 0.0], [1.0, 1.0, 1.0, 5.0, 3.0]])
    highest = highest_signs(each)
    assert (highest[0, 1], highest[1, 0]) == (-1, 1)  # level by one task, below by the other
    assert (highest[1, 2], highest[2, 1]) == (0, 0)
    assert (highest[0, 4], highest[4, 0]) == (1, 1)  # tasks differ
    assert (highest[0, 3], highest[3, 0]) == (1, 1)  # not known
