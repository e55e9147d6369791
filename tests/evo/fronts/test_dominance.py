"""Catches: a dominated point on the front, one that is left out, a minimum in place of a maximum, equal points that
dominate each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evo.fronts.dominance import GrowingFront, Points, dominates, front_ranks, on_front

POINTS = arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.integers(-3, 3))
"""Few different values, so that many are equal."""


def test_a_small_example_is_sorted_as_by_hand() -> None:
    # (3, 3) dominates (2, 2); (1, 5) dominates (1, 4); both of these dominate (1, 1), and not each other.
    points = np.array([[1, 5], [3, 3], [5, 1], [2, 2], [1, 4], [1, 1], [3, 3]], dtype=np.float64)
    assert front_ranks(points).tolist() == [0, 0, 0, 1, 1, 2, 0]
    assert on_front(points).tolist() == [True, True, True, False, False, False, True]


def test_three_objectives_are_sorted_as_by_hand() -> None:
    points = np.array([[1, 1, 1], [2, 1, 1], [1, 2, 1], [2, 2, 0], [2, 2, 1]], dtype=np.float64)
    assert front_ranks(points).tolist() == [2, 1, 1, 1, 0]


def test_one_objective_is_ranked_by_its_values() -> None:
    points = np.array([[1.0], [3.0], [2.0], [3.0]])
    assert front_ranks(points).tolist() == [2, 0, 1, 0]
    assert on_front(points).tolist() == [False, True, False, True]


def test_of_no_points_none_is_on_a_front() -> None:
    assert front_ranks(np.zeros((0, 2))).tolist() == on_front(np.zeros((0, 2))).tolist() == []


def test_to_dominate_takes_something_better_and_nothing_worse() -> None:
    assert dominates((2.0, 1.0), (1.0, 1.0))
    assert not dominates((1.0, 1.0), (1.0, 1.0))
    assert not dominates((2.0, 0.0), (1.0, 1.0))


@given(POINTS)
def test_the_front_is_what_nothing_dominates_and_each_further_one_is_dominated_by_the_one_before(
    points: Points,
) -> None:
    ranks = front_ranks(points)
    assert (ranks == 0).tolist() == on_front(points).tolist()
    for place, rank in enumerate(ranks):
        above = {int(ranks[other]) for other in range(len(points)) if dominates(points[other], points[place])}
        assert above == set(range(rank))


@given(POINTS)
def test_ranks_do_not_change_where_values_are_stretched(points: Points) -> None:
    assert front_ranks(np.exp(points) + 5).tolist() == front_ranks(points).tolist()
    assert front_ranks(points**3).tolist() == front_ranks(points).tolist()


@given(POINTS)
def test_a_front_that_grows_has_the_different_points_of_the_front_of_all(points: Points) -> None:
    growing = GrowingFront()
    for point in points.tolist():
        growing.add(tuple(point))
    assert sorted(growing.points) == sorted(set(map(tuple, points[on_front(points)].tolist())))
    assert len(growing) == len(growing.points)


@pytest.mark.parametrize(("point", "taken"), [((1.0, 1.0), False), ((0.0, 1.0), False), ((2.0, 0.0), True)])
def test_a_growing_front_says_whether_it_takes_a_point(point: tuple[float, float], taken: bool) -> None:
    growing = GrowingFront()
    assert growing.add((1.0, 1.0))
    assert growing.add(point) is taken
