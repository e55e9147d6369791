"""Catches: ties broken by the order of rows, a cut that counts a row too many, a failed row that outranks another, an
interval of other rows than those of the baseline, and resamples that are not rows drawn with replacement.

Expected values are worked by hand or come from scipy, one resample at a time.
"""

from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from fitness.rank_correlation import rank_statistics as module
from fitness.rank_correlation import resampled_rows
from fitness.rank_correlation.rank_statistics import (
    KENDALL_RESAMPLES,
    MOST_PAIRED_ROWS,
    RESAMPLES,
    Interval,
    bootstrap,
    interval,
    kendall,
    kendall_resamples,
    rank_statistics,
    retrieving_rate,
    spearman,
)
from tasks import derive_rng

SWAPPED = np.array([2.0, 1.0, 4.0, 3.0, 5.0])  # two neighbours swapped, twice
ASCENDING = np.arange(1.0, 6.0)
TIED = np.array([1.0, 1.0, 2.0, 3.0])
FEW = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=12)


def drawn_rows(count: int, resamples: int) -> list[np.ndarray]:
    rng = derive_rng(0, "bootstrap")
    return [rng.integers(count, size=count) for _ in range(resamples)]


def test_two_swaps_among_five_rows() -> None:
    assert spearman(SWAPPED, ASCENDING) == pytest.approx(1 - 6 * 4 / (5 * 24))
    assert kendall(SWAPPED, ASCENDING) == pytest.approx((8 - 2) / 10)


def test_a_tie_shares_the_average_rank() -> None:
    assert spearman(TIED, ASCENDING[:4]) == pytest.approx(4.5 / sqrt(4.5 * 5))  # ranks 1.5, 1.5, 3, 4
    assert kendall(TIED, ASCENDING[:4]) == pytest.approx(5 / sqrt(5 * 6))


def test_rows_that_failed_rank_below_all_others_and_equal_to_each_other() -> None:
    assert spearman(np.array([-inf, -inf, 7.0, 8.0]), ASCENDING[:4]) == spearman(TIED, ASCENDING[:4])


@pytest.mark.parametrize("same", [np.ones(5), np.full(5, -inf)])
def test_equal_scores_say_nothing_and_retrieve_what_chance_does(same: np.ndarray) -> None:
    assert np.isnan(spearman(same, ASCENDING))
    assert np.isnan(kendall(same, ASCENDING))
    assert retrieving_rate(same, ASCENDING, 40) == pytest.approx(0.4)
    assert np.isnan(bootstrap(same, ASCENDING, resamples=3)["spearman"]).all()


def test_nan_has_no_rank() -> None:
    with pytest.raises(ValueError, match="NaN has no rank"):
        spearman(np.array([1.0, nan]), np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    ("top", "rate"),
    [
        (10, 1.0),  # the best of ten is found
        (20, 0.5),  # 10 and 9 are best; 10 and 3 seem so
        (30, 2 / 3),  # 10, 3, 9
        (24, 0.5),  # 2.4 rows are 2
        (25, 2 / 3),  # and 2.5 are 3
        (1, 1.0),  # never none
        (100, 1.0),
    ],
)
def test_retrieving_rate_of_ten_rows(top: float, rate: float) -> None:
    labels = np.arange(1.0, 11.0)
    scores = np.array([1, 2, 9, 4, 5, 6, 7, 3, 8, 10])
    assert retrieving_rate(scores, labels, top) == pytest.approx(rate)


def test_ties_at_the_cut_share_the_places_left() -> None:
    labels = np.array([4.0, 3.0, 2.0, 1.0])
    assert retrieving_rate(np.array([5.0, 5.0, 5.0, 1.0]), labels, 50) == pytest.approx(2 / 3)  # two places for three
    assert retrieving_rate(np.array([9.0, 5.0, 5.0, 5.0]), labels, 50) == pytest.approx((1 + 1 / 3) / 2)
    coarse = np.array([2.0, 2.0, 1.0, 1.0])
    assert retrieving_rate(coarse, coarse, 25) == 1.0


@given(FEW)
def test_scipy_agrees_whatever_the_ties(rows: list[tuple[int, int]]) -> None:
    scores, labels = np.array(rows, dtype=float).T
    if len(set(scores)) > 1 and len(set(labels)) > 1:
        assert spearman(scores, labels) == pytest.approx(spearmanr(scores, labels).statistic, abs=1e-12)
        assert kendall(scores, labels) == pytest.approx(kendalltau(scores, labels).statistic, abs=1e-12)


@given(FEW, st.randoms(use_true_random=False))
def test_order_of_rows_and_monotone_maps_change_nothing(rows: list[tuple[int, int]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    scores, labels = np.array(rows, dtype=float).T
    others, others_labels = np.array(shuffled, dtype=float).T
    expected = rank_statistics(scores, labels)
    for found in (rank_statistics(np.exp(scores), labels**3), rank_statistics(others, others_labels)):
        assert found == pytest.approx(expected, nan_ok=True)
    turned = rank_statistics(-scores, labels)
    assert turned["kendall"] == pytest.approx(-expected["kendall"], nan_ok=True)
    assert turned["spearman"] == pytest.approx(-expected["spearman"], nan_ok=True)
    assert all(0 <= rate <= 1 for name, rate in expected.items() if name.startswith("top"))
    assert rank_statistics(labels, labels)["top 20 %"] == pytest.approx(1)


@pytest.mark.parametrize("paired", [True, False])
def test_resamples_are_those_that_scipy_is_shown_one_by_one(monkeypatch: pytest.MonkeyPatch, paired: bool) -> None:
    monkeypatch.setattr(module, "MOST_PAIRED_ROWS", 30 if paired else 5)
    monkeypatch.setattr(resampled_rows, "_CHUNK", 100)  # three resamples at once
    monkeypatch.setattr(module, "KENDALL_RESAMPLES", 5)
    rng = np.random.default_rng(2)
    labels = rng.normal(size=30)
    scores = (labels + rng.normal(size=30)).round()
    draws = bootstrap(scores, labels, resamples=10)
    shown = drawn_rows(30, 10)
    assert draws["spearman"] == pytest.approx([spearmanr(scores[rows], labels[rows]).statistic for rows in shown])
    taus = [kendalltau(scores[rows], labels[rows]).statistic for rows in shown]
    assert draws["kendall"] == pytest.approx(taus if paired else taus[:5])
    assert draws["top 30 %"] == pytest.approx([retrieving_rate(scores[rows], labels[rows], 30) for rows in shown])
    assert (bootstrap(scores, labels, resamples=10, seed=1)["spearman"] != draws["spearman"]).any()


def test_draws_of_two_fitnesses_are_paired() -> None:
    labels = np.random.default_rng(0).normal(size=40)
    one, other = bootstrap(labels, labels, resamples=50), bootstrap(-labels, labels, resamples=50)
    assert one["spearman"] + other["spearman"] == pytest.approx(np.zeros(50), abs=1e-9)


def test_an_interval_is_the_middle_of_the_draws_that_are_defined() -> None:
    draws = np.concatenate([np.arange(101.0), [nan]])
    assert interval(7.0, draws) == Interval(7.0, 2.5, 97.5)
    assert np.isnan(interval(7.0, np.array([nan])).low)
    assert str(Interval(0.85349, -0.1, 0.9)) == "0.853 [-0.100, 0.900]"


def test_many_rows_get_fewer_resamples_of_kendall() -> None:
    assert kendall_resamples(MOST_PAIRED_ROWS) == RESAMPLES
    assert kendall_resamples(MOST_PAIRED_ROWS + 1) == KENDALL_RESAMPLES


def test_an_interval_in_json_has_none_for_what_is_not_defined() -> None:
    assert Interval(0.5, float("nan"), 1.0).to_json() == [0.5, None, 1.0]
