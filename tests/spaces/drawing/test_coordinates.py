"""Catches: items too near each other, links that bend without need, a layout that leans to one side."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.drawing.coordinates import coordinates


def test_a_chain_is_straight() -> None:
    assert coordinates([[0], [1], [2]], [(0, 1), (1, 2)], [1, 1], lambda left, right: 10) == pytest.approx([0, 0, 0])


def test_a_parent_stands_in_the_middle_of_its_children() -> None:
    places = coordinates([[0], [1, 2]], [(0, 1), (0, 2)], [1, 1], lambda left, right: 10)
    assert places == pytest.approx([5, 0, 10])


def test_the_heavier_link_is_the_straight_one() -> None:
    assert coordinates([[0], [1, 2]], [(0, 1), (0, 2)], [1, 8], lambda left, right: 10)[0] == pytest.approx(10)
    assert coordinates([[0], [1, 2]], [(0, 1), (0, 2)], [8, 1], lambda left, right: 10)[0] == pytest.approx(0)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(4, 7)), min_size=1, max_size=10, unique=True))
@settings(max_examples=40)
def test_nobody_is_nearer_than_allowed_and_the_first_is_at_the_edge(links: list[tuple[int, int]]) -> None:
    places = coordinates([[0, 1, 2, 3], [4, 5, 6, 7]], links, [1.0] * len(links), lambda left, right: left + right)
    for left, right in ((0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7)):
        assert places[right] - places[left] >= left + right - 1e-6
    assert min(places) == 0
