"""Catches: a best row that is none, ties that are decided by the order of rows, a gain or a discount of another form,
resamples of other rows than those of the rank correlations.

Expected values are worked by hand or come from scikit-learn.
"""

from math import inf, log2

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from fitness.rank_correlation.best_statistics import best_statistics, bootstrap_best, top_rows
from fitness.rank_correlation.resampled_rows import resampled_counts

LABELS = np.arange(20.0)


def test_the_top_tenth_holds_every_row_tied_at_the_cut() -> None:
    assert np.flatnonzero(top_rows(LABELS)).tolist() == [18, 19]
    tied = np.where(LABELS >= 16, 16.0, LABELS)
    assert np.flatnonzero(top_rows(tied)).tolist() == [16, 17, 18, 19]
    assert np.flatnonzero(top_rows(LABELS, 50)).tolist() == list(range(10, 20))
    assert np.flatnonzero(top_rows(np.array([3.0, 1.0, 2.0]))).tolist() == [0]


def test_the_mean_label_of_the_best_ten() -> None:
    assert best_statistics(LABELS, LABELS)["best ten"] == pytest.approx(14.5)
    assert best_statistics(-LABELS, LABELS)["best ten"] == pytest.approx(4.5)
    assert best_statistics(LABELS[:4], LABELS[:4])["best ten"] == pytest.approx(1.5)  # all there are


def test_rows_tied_at_the_cut_share_the_places_left() -> None:
    scores = np.where(LABELS >= 12, 100.0, -inf)  # eight at the top, twelve tied for two places
    expected = (sum(range(12, 20)) + 2 * np.mean(range(12))) / 10
    assert best_statistics(scores, LABELS)["best ten"] == pytest.approx(expected)


def test_gain_at_two_places_of_twenty() -> None:
    scores = np.zeros(20)
    scores[10], scores[19] = 2, 1  # labels 10 and 19 of 0..19 take the two places that count
    ideal = 1 + (18 / 19) / log2(3)
    assert best_statistics(scores, LABELS)["nDCG"] == pytest.approx((10 / 19 + 1 / log2(3)) / ideal)
    assert best_statistics(LABELS, LABELS)["nDCG"] == pytest.approx(1)
    assert best_statistics(LABELS, 100 - 3 * LABELS)["nDCG"] == pytest.approx((0 + (1 / 19) / log2(3)) / ideal)


def test_tied_rows_share_their_places() -> None:
    ideal = 1 + (18 / 19) / log2(3)
    assert best_statistics(np.ones(20), LABELS)["nDCG"] == pytest.approx(0.5 * (1 + 1 / log2(3)) / ideal)


def test_gain_agrees_with_scikit_learn_ties_included() -> None:
    rng = np.random.default_rng(0)
    labels, scores = rng.random(30), rng.integers(0, 6, 30).astype(float)
    gains = (labels - labels.min()) / np.ptp(labels)
    expected = ndcg_score(gains[None], scores[None], k=3)
    assert best_statistics(scores, labels)["nDCG"] == pytest.approx(expected)


def test_equal_labels_have_no_gain() -> None:
    found = best_statistics(LABELS, np.ones(20))
    assert np.isnan(found["nDCG"])
    assert found["best ten"] == 1


def test_resamples_are_those_of_the_rank_correlations_and_rows_keep_their_gain() -> None:
    scores, labels = np.random.default_rng(1).random((2, 12))
    found = bootstrap_best(scores, labels, resamples=6, seed=3)
    gains = (labels - labels.min()) / np.ptp(labels)
    for resample, counts in enumerate(next(resampled_counts(12, 6, seed=3)).astype(int)):
        rows = np.repeat(np.arange(12), counts)
        best = rows[np.argsort(-scores[rows], kind="stable")]
        assert found["best ten"][resample] == pytest.approx(labels[best[:10]].mean())
        assert found["nDCG"][resample] == pytest.approx(gains[best[0]] / gains[rows].max())
