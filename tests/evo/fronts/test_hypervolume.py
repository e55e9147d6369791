"""Catches: a volume below the reference, one counted twice where points overlap, a box of other points."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evo.fronts.dominance import Points, on_front
from evo.fronts.hypervolume import box_share, hypervolume

STAIRS = np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]])


def test_volumes_are_those_worked_by_hand() -> None:
    assert hypervolume(STAIRS, (0.0, 0.0)) == 1 * 3 + 1 * 2 + 1 * 1
    assert hypervolume(STAIRS, (0.0, 1.0)) == 1 * 2 + 1 * 1
    assert hypervolume(np.array([[2.0, 1.0, 1.0], [1.0, 2.0, 1.0]]), (0.0, 0.0, 0.0)) == 2 + 2 - 1
    assert hypervolume(np.array([[2.0], [5.0]]), (1.0,)) == 4.0


def test_points_that_are_not_above_the_reference_add_nothing() -> None:
    assert hypervolume(np.array([*STAIRS, [9.0, -1.0], [-1.0, 9.0]]), (0.0, 0.0)) == 6.0
    assert hypervolume(STAIRS, (5.0, 5.0)) == 0.0
    assert hypervolume(np.zeros((0, 2)), (0.0, 0.0)) == 0.0


def test_the_share_of_the_box_is_that_worked_by_hand() -> None:
    assert box_share(np.array([[0.0, 40.0], [5.0, 20.0], [10.0, 0.0]])) == 0.25
    assert box_share(np.array([[0.0, 40.0], [5.0, 40.0], [10.0, 0.0]])) == 0.5
    assert box_share(np.array([[0.0, 0.0], [10.0, 40.0]])) == 1.0


def test_an_objective_without_a_range_is_no_side_of_the_box() -> None:
    assert box_share(np.array([[0.0, 40.0, 7.0], [5.0, 20.0, 7.0], [10.0, 0.0, 7.0]])) == 0.25
    assert box_share(np.array([[3.0, 4.0]])) == 1.0


@given(arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(1, 3)), elements=st.integers(0, 6)))
def test_the_front_alone_dominates_what_all_points_do(points: Points) -> None:
    origin = [-1.0] * points.shape[1]
    assert np.isclose(hypervolume(points, origin), hypervolume(points[on_front(points)], origin))
