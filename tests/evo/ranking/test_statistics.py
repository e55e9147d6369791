"""Catches: a rank, a tier or a share that is counted otherwise than by hand; a difference of other resamples."""

import numpy as np
import pytest

from evo.ranking.statistics import RATES, best_rank, quality, rates

LABELS = np.arange(20.0)


def test_scores_in_the_order_of_the_labels_are_right_throughout() -> None:
    found = quality(3 * LABELS, LABELS)
    assert [each.value for each in found.intervals.values()] == pytest.approx([1, 1])
    assert dict(found.rates) == {"tiers right": 1.0, "best 1 %": 1.0, "best of 10": 1.0}
    assert list(found.intervals) == ["kendall", "spearman"]


def test_tiers_of_the_predictor_go_before_those_of_its_ranks() -> None:
    tiers = np.zeros(20, dtype=np.int64)  # the best tier for all: right for a fifth
    assert rates(LABELS, LABELS, tiers)["tiers right"] == 0.2
    shifted = np.roll(LABELS, 4)  # the lowest four scores are of the best four labels, all others a tier too high
    assert rates(shifted, LABELS)["tiers right"] == 0.0


def test_the_best_hundredth_is_one_of_twenty() -> None:
    missed = np.where(LABELS == 19, -1, LABELS)
    assert rates(missed, LABELS)[RATES[1]] == 0.0


def test_the_best_rank_is_the_number_of_better_labels_and_one() -> None:
    scores = np.array([9.0, 8, 7, 1, 1, 1])
    assert best_rank(scores, np.array([1.0, 5, 2, 6, 6, 0]), picked=3) == 3
    assert best_rank(scores, np.array([1.0, 6, 2, 6, 6, 0]), picked=3) == 1  # equal labels share the better rank
    assert best_rank(scores, np.array([1.0, 2, 0, 3, 4, 5]), picked=4) == 3  # of equal scores the earlier is picked


def test_the_best_rank_is_that_of_the_best_of_ten() -> None:
    assert best_rank(LABELS, LABELS) == 1
    assert best_rank(-LABELS, LABELS) == 11  # those of ranks 11 to 20
    assert best_rank(np.ones(20), np.array([0.0] * 10 + [1, 1, 2, 3] + [0] * 6)) == 5


def test_a_difference_is_of_the_same_resamples() -> None:
    rng = np.random.default_rng(0)
    one, other = quality(LABELS + rng.normal(0, 3, 20), LABELS), quality(rng.normal(0, 1, 20), LABELS)
    less = one.less(other)
    for name in ("kendall", "spearman"):
        value = one.intervals[name].value - other.intervals[name].value
        draws = one.draws[name] - other.draws[name]
        assert (less[name].value, less[name].low) == pytest.approx((value, np.nanpercentile(draws, 2.5)))
    assert [(each.value, each.low, each.high) for each in one.less(one).values()] == [(0, 0, 0)] * 2
