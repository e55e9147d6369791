"""Catches: what is of no use replaced by its neighbour, which is then drawn twice as often; draws that depend on what
was known before; a draw that never ends."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.images.even_draw import choose_usable
from tasks.images.sampling import choose


@given(st.integers(1, 30), st.integers(0, 90), st.integers(0, 2**32), st.data())
def test_every_usable_one_is_drawn_as_often_as_any_other(
    population: int, count: int, seed: int, data: st.DataObject
) -> None:
    usable = data.draw(st.sets(st.integers(0, population - 1), min_size=1))
    chosen = choose_usable(population, count, np.random.default_rng(seed), usable.__contains__)
    times = Counter(chosen)
    assert len(chosen) == count
    assert set(chosen) <= usable
    assert all(times[index] - count // len(usable) in (0, 1) for index in usable)


@given(st.integers(1, 30), st.integers(0, 90), st.integers(0, 2**32))
def test_where_all_are_usable_nothing_changes(population: int, count: int, seed: int) -> None:
    mine, plain = np.random.default_rng(seed), np.random.default_rng(seed)
    assert choose_usable(population, count, mine, lambda index: True) == choose(population, count, plain).tolist()
    assert mine.random() == plain.random()  # what is drawn next, too


def test_the_neighbours_of_a_broken_one_are_no_likelier_than_others() -> None:
    rng = np.random.default_rng(0)
    times = Counter(index for _ in range(4000) for index in choose_usable(5, 1, rng, lambda index: index != 2))
    assert sorted(times) == [0, 1, 3, 4]
    assert all(abs(times[index] - 1000) < 110 for index in times)  # four deviations of a binomial


def test_nothing_usable_is_an_error() -> None:
    with pytest.raises(LookupError, match="none of 3"):
        choose_usable(3, 2, np.random.default_rng(0), lambda index: False)
