"""Catches: a statistic of many tasks that is another than that of one, a failed score that is not the worst, a task
that ranks nothing and is called anything but nothing, a sign that is dropped or kept where it should not be."""

from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr

from fitness.rank_correlation.statistic import Statistic, StatisticName
from fitness.rank_correlation.statistic_of_each import places, spearman_of_each, statistic_of_each

SCORES = st.lists(st.sampled_from([-inf, 0.0, 1.0, 2.0, 3.0, 4.0]), min_size=5, max_size=5)
LABELS = st.lists(st.integers(0, 4), min_size=5, max_size=5).filter(lambda labels: len(set(labels)) > 1)


@given(st.lists(SCORES, min_size=1, max_size=3), LABELS)
def test_rho_of_each_is_scipys_and_none_is_nothing(scores: list[list[float]], labels: list[int]) -> None:
    ranks = rankdata(scores, axis=1)
    expected = [spearmanr(row, labels).statistic if np.ptp(row) else 0.0 for row in ranks]
    assert spearman_of_each(np.array(scores), np.array(labels, dtype=float)) == pytest.approx(np.array(expected))


def test_equal_labels_rank_nothing() -> None:
    scores, labels = np.array([[1.0, 2.0, 3.0]]), np.ones(3)
    assert [statistic_of_each(name)(scores, labels).tolist() for name in ("spearman", "pairs")] == [[0.0], [0.0]]


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize(("name", "noise"), [("spearman", 0.0), ("pairs", 0.0), ("pairs", 1.5)])
@given(scores=st.lists(SCORES, min_size=1, max_size=3), labels=LABELS)
def test_each_is_what_the_search_goes_by(
    name: StatisticName, noise: float, absolute: bool, scores: list[list[float]], labels: list[int]
) -> None:
    of_one = Statistic.of(name, np.array(labels, dtype=float), noise=noise, absolute=absolute)
    values = [of_one.value(np.array(row)) for row in scores]
    found = statistic_of_each(name, noise=noise, absolute=absolute)(np.array(scores), np.array(labels, dtype=float))
    assert found == pytest.approx(np.array([0.0 if isnan(value) else value for value in values]))


def test_places_are_ordered_as_scores_are_from_nothing_on() -> None:
    assert places(np.array([[3.0, -inf, 5.0, 3.0], [1.0, 1.0, 1.0, 1.0]])).tolist() == [[1, 0, 2, 1], [0, 0, 0, 0]]


@pytest.mark.parametrize("name", ["spearman", "pairs"])
@given(scores=st.lists(SCORES, min_size=1, max_size=3), labels=LABELS)
def test_places_of_any_members_are_as_good_as_their_scores(
    name: StatisticName, scores: list[list[float]], labels: list[int]
) -> None:
    statistic, part = statistic_of_each(name), [0, 2, 3]
    given, wanted = np.array(scores), np.array(labels, dtype=float)[part]
    assert statistic(places(given)[:, part], wanted) == pytest.approx(statistic(given[:, part], wanted))
