"""Catches: distances that are not in units of a front's range, ends that are not kept, fronts that are mixed."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evo.fronts.crowding import crowding_distances, front_distances
from evo.fronts.dominance import Points

ENDS, SPACED = math.inf, np.array([[0, 100], [2, 70], [6, 30], [10, 0]], dtype=np.float64)


def test_distances_are_those_worked_on_paper() -> None:
    # Of (2, 70): (6 - 0) / 10 + (100 - 30) / 100; of (6, 30): (10 - 2) / 10 + (70 - 0) / 100.
    assert crowding_distances(SPACED).tolist() == [ENDS, 0.6 + 0.7, 0.8 + 0.7, ENDS]
    order = [2, 0, 3, 1]
    assert crowding_distances(SPACED[order]).tolist() == [1.5, ENDS, ENDS, 0.6 + 0.7]


def test_an_objective_without_a_range_counts_for_nothing() -> None:
    flat = np.column_stack([SPACED, np.full(4, 5.0)])
    assert crowding_distances(flat).tolist() == crowding_distances(SPACED).tolist()
    assert crowding_distances(np.ones((3, 2))).tolist() == [0.0, 0.0, 0.0]
    assert crowding_distances(np.ones((1, 2))).tolist() == [0.0]
    assert crowding_distances(np.zeros((0, 2))).tolist() == []


def test_a_copy_has_no_distance_and_is_nobodys_neighbour() -> None:
    copied = np.concatenate([SPACED[:1], SPACED, SPACED[2:3]])
    assert crowding_distances(copied).tolist() == [ENDS, 0.0, 0.6 + 0.7, 0.8 + 0.7, ENDS, 0.0]


def test_each_front_has_distances_of_its_own() -> None:
    points = np.concatenate([SPACED, SPACED - 1_000])
    ranks = np.array([0] * 4 + [1] * 4)
    own = crowding_distances(SPACED).tolist()
    np.testing.assert_allclose(front_distances(points, ranks), [*own, *own])


@given(arrays(np.float64, st.tuples(st.integers(2, 9), st.just(2)), elements=st.integers(0, 50), unique=True))
def test_units_do_not_matter(points: Points) -> None:
    np.testing.assert_allclose(crowding_distances(points * [3.0, 0.5] - 7.0), crowding_distances(points))
