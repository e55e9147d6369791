"""Catches: a statistic that is not the one it is called, ties that count, labels' noise that weighs the wrong pairs, an
estimate from few members that is off on average."""

import numpy as np
import pytest
from scipy import stats

from fitness.rank_correlation.pair_agreement import PairAgreement
from tests.benchmarks.panel_statistics import (
    STATISTICS,
    cautious,
    kendall,
    log_ranks,
    normal_scores,
    pairs,
    spearman,
    unbiased_spearman,
)

TIED = np.array([[3.0, 1, 2, 2, -np.inf, -np.inf], [0, 1, 2, 3, 4, 5]])
LABELS = np.array([[5.0, 1, 2, 2, 3, 4]])


def test_rank_correlations_are_those_of_scipy_with_ties_and_failures() -> None:
    for row, scores in enumerate(TIED):
        assert spearman(TIED, LABELS)[row] == pytest.approx(stats.spearmanr(scores, LABELS[0]).statistic)
        assert kendall(TIED, LABELS)[row] == pytest.approx(stats.kendalltau(scores, LABELS[0]).statistic)


@pytest.mark.parametrize("name", [name for name in STATISTICS if name not in ("log ranks", "label values")])
def test_the_same_order_is_1_the_opposite_minus_1_and_none_0(name: str) -> None:
    labels = np.array([1.0, 2, 3, 4, 5])
    scores = np.array([labels**3, -labels, np.ones(5)])
    assert STATISTICS[name](scores, labels[None]) == pytest.approx(np.array([1.0, -1, 0]))


def test_values_of_labels_count_where_they_are_said_to() -> None:
    scores, labels = np.array([1.0, 2, 3]), np.array([0.0, 0, 3])
    assert STATISTICS["label values"](scores, labels) == pytest.approx(np.sqrt(3) / 2)


def test_normal_scores_and_logarithms_by_hand() -> None:
    scores, labels = np.array([1.0, 3, 2]), np.array([1.0, 2, 3])
    assert normal_scores(scores, labels) == pytest.approx(0.5)  # quantiles -q, q, 0 and -q, 0, q
    logs = np.log([1, 3, 2])
    assert log_ranks(scores, labels) == pytest.approx(np.corrcoef(logs, labels)[0, 1])


def test_pairs_without_noise_are_agreeing_less_disagreeing_ones() -> None:
    scores, labels = np.array([1.0, 3, 2, 4]), np.array([1.0, 2, 3, 3])
    assert pairs(scores, labels, 0.0) == pytest.approx((4 - 1) / 5)  # the tie of labels weighs nothing


def test_a_pair_weighs_what_its_order_is_sure() -> None:
    scores, labels = np.array([2.0, 1, 3]), np.array([0.0, 1, 3])
    sure = 2 * stats.norm.cdf(np.array([1, 3, 2]) / (np.sqrt(2) * 0.5 * labels.std())) - 1
    assert pairs(scores, labels, 0.5) == pytest.approx((-sure[0] + sure[1] + sure[2]) / sure.sum())


def test_a_few_members_give_the_rho_of_many_without_bias() -> None:
    rng = np.random.default_rng(0)
    labels = rng.standard_normal((40_000, 8))
    scores = 0.9 * labels + np.sqrt(1 - 0.81) * rng.standard_normal(labels.shape)
    population = 6 / np.pi * np.arcsin(0.9 / 2)
    assert unbiased_spearman(scores, labels).mean() == pytest.approx(population, abs=0.004)
    assert spearman(scores, labels).mean() < population - 0.03


def test_caution_takes_off_the_error_of_leaving_one_out() -> None:
    scores, labels = np.array([1.0, 2, 4, 3, 5]), np.arange(5.0)
    left = [stats.spearmanr(np.delete(scores, one), np.delete(labels, one)).statistic for one in range(5)]
    assert cautious(scores, labels) == pytest.approx(0.9 - np.sqrt(4 * np.var(left)))


@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_pairs_are_those_of_the_fitness(noise: float) -> None:
    rng = np.random.default_rng(2)
    scores, labels = rng.standard_normal((2, 20))
    agreement = PairAgreement.of(labels, noise * float(labels.std()))
    assert pairs(scores, labels, noise) == pytest.approx(agreement.value(scores))
