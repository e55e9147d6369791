"""Catches: luck measured on the half that chose, a half panel's luck taken for that of a whole, or divided alike where
tasks differ and where not, an expectation of what was reached, an interval of another width or around another value.

Expected values are worked by hand, come from scipy, or are known because scores are drawn without regard to labels.
"""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from fitness.rank_correlation.expected_value import Array, expected_value, few_members, luck_of_best
from fitness.rank_correlation.statistic_of_each import spearman_of_each, statistic_of_each
from tasks import derive_rng
from tests.benchmarks.drawn_pool import Drawing, draw_pool


def place_of_first(scores: Array, labels: Array) -> Array:
    return scores[:, 0].astype(float)


def test_luck_is_what_the_half_that_chose_has_more_than_the_other() -> None:
    labels, split = np.array([0.0, 1.0]), np.array([[5.0, 2.0], [2.0, 5.0]])  # each half has one member
    one, both = luck_of_best(split, labels, derive_rng(0), statistic=place_of_first, counts=(1, 2))
    assert (one, both) == pytest.approx((1 / sqrt(2), 0))  # both joined are worth the same on either half


def test_where_tasks_truly_differ_luck_falls_faster_with_more_members() -> None:
    worth = np.array([[4.0, 3.0], [2.0, 3.0], [2.0, 1.0]])  # places 1, 0 and 0, 1 and 1, 0
    doubled = np.array([[1.0, 0], [0, 1], [1, 0]])
    assert float(np.corrcoef(doubled.T)[0, 1]) < 0  # halves that disagree take nothing more off
    found = luck_of_best(worth, np.array([0.0, 1.0]), derive_rng(0), statistic=place_of_first)
    assert found == pytest.approx([1 / sqrt(2)])


def test_the_more_halves_agree_the_less_is_luck() -> None:
    worths = np.array([0.1, 0.5, 0.9, 0.3]), np.array([0.2, 0.4, 0.5, 0.4])
    agreement = float(np.corrcoef(*worths)[0, 1])
    whole = 2 * agreement / (1 + agreement)

    def known(scores: Array, labels: Array) -> Array:
        return worths[int(labels[0])]

    (found,) = luck_of_best(np.zeros((4, 2)), np.array([0.0, 1.0]), derive_rng(0), statistic=known)
    assert found == pytest.approx(0 / (sqrt(2) * (1 + whole)))  # the third is best on both: .4 one way, -.4 the other
    worths[1][1] = 0.6  # and now the second on the other: it loses .1, the third still .4
    agreement = float(np.corrcoef(*worths)[0, 1])
    whole = 2 * agreement / (1 + agreement)
    (found,) = luck_of_best(np.zeros((4, 2)), np.array([0.0, 1.0]), derive_rng(0), statistic=known)
    assert found == pytest.approx((0.4 + 0.1) / 2 / (sqrt(2) * (1 + whole)))


def test_where_there_is_no_choice_there_is_no_luck() -> None:
    scores = np.tile(derive_rng(1).random(9), (3, 1))
    assert luck_of_best(scores, np.arange(9.0), derive_rng(2), counts=(1, 2)) == pytest.approx([0, 0])


@pytest.mark.parametrize(
    ("worth", "spread"), [(0.0, 0.0), (0.6, 0.1), (0.4, 0.15)], ids=["no task differs", "default", "far apart"]
)
def test_the_best_ten_of_sixty_scored_again_are_worth_what_is_expected(worth: float, spread: float) -> None:
    """The choice by 20 of 120 networks in two draws; what it is worth is its rho of the others in a third.

    Errors of one panel have a standard deviation near .13, so that of their mean is near .02.
    """
    drawing = Drawing(tasks=60, draws=3, archs=120, worth=worth, spread=spread, shared=0.5 if spread == 0.1 else 0)
    errors, inside = [], []
    for seed in range(25):
        rng = derive_rng(seed, "expected")
        pool = draw_pool(drawing, rng)
        scores, labels = pool.scores, pool.labels["label"]
        seen, rest, seen_labels = scores[..., :20], scores[..., 20:], labels[:20]
        ten = np.argsort(-spearman_of_each(seen[:, 0], seen_labels))[:10]
        best = max(ten, key=lambda task: spearman_of_each(seen[task, :2], seen_labels).mean())
        (luck,) = luck_of_best(seen[:, 0], seen_labels, rng, splits=20)
        expected = expected_value(seen[best, :2], seen_labels, luck).elsewhere
        came = spearman_of_each(rest[best, 2:], labels[20:])[0]
        errors.append(expected.value - came)
        inside.append(expected.low <= came <= expected.high)
    assert abs(np.mean(errors)) < 0.06
    assert np.mean(inside) > 0.84


def test_the_expected_value_is_that_of_all_draws_less_luck_and_more_by_what_few_members_lack() -> None:
    rng = derive_rng(3)
    labels = rng.random(12)
    drawn = labels + rng.normal(0, 0.3, (2, 12))
    found = expected_value(drawn, labels, 0.1)
    reached = np.mean([spearmanr(scores, labels).statistic for scores in drawn])
    tau = np.mean([kendalltau(scores, labels).statistic for scores in drawn])
    assert (found.reached, found.luck) == (pytest.approx(reached), 0.1)
    assert found.few == pytest.approx(3 * (reached - tau) / 10)
    assert found.elsewhere.value == pytest.approx(reached - 0.1 + found.few)
    assert found.to_json() == {
        "reached": found.reached,
        "luck": 0.1,
        "few_members": found.few,
        "value": found.elsewhere.value,
        "low": found.elsewhere.low,
        "high": found.elsewhere.high,
    }


def test_few_members_lack_nothing_where_the_statistic_is_a_mean_over_pairs_or_three_members_say_nothing() -> None:
    rng = derive_rng(4)
    scores, labels = rng.random((2, 9)), rng.random(9)
    assert few_members(scores, labels, statistic=statistic_of_each("pairs")) == pytest.approx(0)
    assert few_members(scores[:, :3], labels[:3]) == 0
    assert few_members(scores[:, :4], labels[:4]) != 0


def test_the_interval_is_that_of_a_rank_correlation_of_so_many_members() -> None:
    labels = np.arange(20.0)
    found = expected_value(labels[None], labels, 0.4).elsewhere
    # z = .693147 of .6, its error sqrt(1.18 / 17) = .263461
    assert (found.value, found.low, found.high) == pytest.approx((0.6, 0.174956, 0.836536), abs=1e-5)


def test_nothing_beyond_what_a_correlation_can_be_is_expected() -> None:
    labels = np.arange(6.0)
    above, below = (expected_value(sign * labels[None], labels, -0.5 * sign).elsewhere for sign in (1, -1))
    assert (above.value, below.value) == (1, -1)
    assert (above.low, above.high) == pytest.approx((-below.high, -below.low))
    assert 0.9 < above.low < above.high < 1
    few = expected_value(labels[None, :2], labels[:2], 0.5).elsewhere
    assert few.low < 0 < few.high < 1
