"""Catches: a bound that some completion exceeds or that none reaches, ties left out of the count, scores below those of
what failed, a bound that differs from the correlation once all is known."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import rankdata

from fitness.rank_correlation.rank_statistics import spearman
from fitness.rank_correlation.spearman_bound import highest_spearman

Array = NDArray[np.float64]
UNKNOWN, FAILED = np.nan, -np.inf


@cache
def weak_orders(rows: int) -> NDArray[np.int8]:
    """Return every order of so many rows, ties allowed: the place of each, from 0, [orders, rows]."""
    orders = {1: [np.zeros((1, 1), dtype=np.int8)]}  # by the number of places
    for _ in range(rows - 1):
        longer: dict[int, list[NDArray[np.int8]]] = {}
        for places, parts in orders.items():
            before = np.concatenate(parts)
            for place in range(places):
                longer.setdefault(places, []).append(_beside(before, place))
            for place in range(places + 1):
                longer.setdefault(places + 1, []).append(_beside(before + (before >= place), place))
        orders = longer
    return np.concatenate([part for parts in orders.values() for part in parts])


def _beside(orders: NDArray[np.int8], place: int) -> NDArray[np.int8]:
    return np.column_stack([orders, np.full(len(orders), place)]).astype(np.int8)


@cache
def centred_ranks(rows: int) -> Array:
    return rankdata(weak_orders(rows), axis=1) - (rows + 1) / 2


def by_brute_force(scores: Array, labels: Array) -> float:
    """Return the highest correlation over all orders that the known scores allow."""
    orders, ranks = weak_orders(len(labels)), centred_ranks(len(labels))
    allowed = np.ones(len(orders), dtype=bool)
    known = np.flatnonzero(~np.isnan(scores))
    for first in known:
        allowed &= (orders[:, first] == 0) | (scores[first] != FAILED)
        for second in known:
            sign = int(scores[first] > scores[second]) - int(scores[first] < scores[second])
            allowed &= np.sign(orders[:, first] - orders[:, second]) == sign
    theirs = rankdata(labels) - (len(labels) + 1) / 2
    lengths = np.sqrt((ranks[allowed] ** 2).sum(axis=1) * (theirs @ theirs))
    return float(np.max((ranks[allowed] @ theirs)[lengths > 0] / lengths[lengths > 0], initial=-9))


def columns(rows: int, values: st.SearchStrategy[float]) -> st.SearchStrategy[Array]:
    return st.lists(values, min_size=rows, max_size=rows).map(np.array)


def labels_of(rows: int) -> st.SearchStrategy[Array]:
    """Labels all different, or with ties."""
    distinct = st.permutations(range(rows)).map(lambda order: np.array(order, dtype=float))
    return distinct | columns(rows, st.integers(0, rows // 2).map(float)).filter(lambda found: len(set(found)) > 1)


def scores_of(rows: int, *others: float) -> st.SearchStrategy[Array]:
    return columns(rows, st.integers(0, 2 * rows).map(float) | st.sampled_from([1.0, *others]))


panels = st.integers(2, 7).flatmap(lambda rows: st.tuples(scores_of(rows, UNKNOWN, UNKNOWN, FAILED), labels_of(rows)))
panels_of_eight = st.tuples(scores_of(8, UNKNOWN, UNKNOWN, UNKNOWN, FAILED), labels_of(8))


def check(scores: Array, labels: Array) -> None:
    bound = highest_spearman(scores, labels)
    if np.isnan(bound):
        assert by_brute_force(scores, labels) == -9  # all scores are known and equal
    else:
        assert bound == pytest.approx(by_brute_force(scores, labels), abs=1e-12)


def test_there_are_as_many_orders_as_there_should_be() -> None:
    """The numbers of Fubini, so that the brute force leaves none out."""
    assert [len(np.unique(weak_orders(rows), axis=0)) for rows in range(1, 7)] == [1, 3, 13, 75, 541, 4683]
    assert len(weak_orders(8)) == 545_835


@settings(max_examples=400)
@given(panels)
def test_the_bound_is_the_best_of_all_completions(panel: tuple[Array, Array]) -> None:
    check(*panel)


@settings(max_examples=40)
@given(panels_of_eight)
def test_and_so_it_is_on_panels_of_eight(panel: tuple[Array, Array]) -> None:
    check(*panel)


@settings(max_examples=200)
@given(st.integers(2, 30).flatmap(lambda rows: st.tuples(scores_of(rows, FAILED), labels_of(rows))))
def test_once_all_is_known_it_is_the_correlation_to_the_bit(panel: tuple[Array, Array]) -> None:
    scores, labels = panel
    assert np.array_equal(highest_spearman(scores, labels), spearman(scores, labels), equal_nan=True)


@settings(max_examples=100)
@given(panels, st.floats(-1, 1))
def test_where_less_is_enough_no_less_than_that_is_returned(panel: tuple[Array, Array], enough: float) -> None:
    highest, found = highest_spearman(*panel), highest_spearman(*panel, enough=enough)
    assert np.isnan(highest) == np.isnan(found)
    if not np.isnan(found):
        assert enough <= found <= highest or found == highest


@settings(max_examples=30)
@given(
    st.integers(5, 15).flatmap(
        lambda rows: st.tuples(scores_of(rows, FAILED), labels_of(rows), st.permutations(range(rows)))
    )
)
def test_it_never_rises_and_never_falls_below_what_becomes_of_it(panel: tuple[Array, Array, list[int]]) -> None:
    scores, labels, order = panel
    known, bounds = np.full(len(scores), UNKNOWN), []
    for row in order:
        known[row] = scores[row]
        bounds.append(highest_spearman(known, labels))
    if not np.isnan(bounds[-1]):
        assert np.diff(bounds).max() < 1e-12


@pytest.mark.parametrize(
    ("scores", "labels", "expected"),
    [
        ([UNKNOWN] * 4, [1, 2, 3, 4], 1.0),
        # Reversed outer rows: the middle one goes to either end, distances 1, 1, 2; a tie would give -.87.
        ([5, UNKNOWN, 1], [1, 2, 3], -0.5),
        # Equal labels: tied as they are, rho is 1; apart, it would be 4.5 / sqrt(5 * 4.5).
        ([0, UNKNOWN, UNKNOWN, UNKNOWN], [1, 1, 2, 3], 1.0),
        # The best failed. The worst fails, too, ranks 1.5, 3, 1.5; with scores below it rho could be 1.
        ([UNKNOWN, UNKNOWN, FAILED], [1, 2, 3], 0.0),
        ([UNKNOWN, UNKNOWN, 0], [1, 2, 3], 1.0),
        ([1, 1, 1], [1, 2, 3], np.nan),
        ([1, 2, UNKNOWN], [3, 3, 3], np.nan),
    ],
)
def test_bounds_worked_by_hand(scores: list[float], labels: list[float], expected: float) -> None:
    found = highest_spearman(np.array(scores, dtype=float), np.array(labels, dtype=float))
    assert found == pytest.approx(expected, nan_ok=True)
