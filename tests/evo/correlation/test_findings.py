"""Catches: a better half without its median, failed rows that are dropped unasked or kept where they should go, and a
difference to a baseline on other rows."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from evo.correlation.findings import ALL, BETTER, Finding, find, rho
from evo.scoring.scores import Column
from fitness.rank_correlation.rank_statistics import bootstrap

LABELS = np.arange(20.0)
RNG = np.random.default_rng(5)
GOOD = LABELS + RNG.normal(size=20)
CHANCE = RNG.random(20)
HOLED = np.where(np.arange(20) % 5 == 0, np.nan, GOOD)


def found(columns: list[Column], label: str, part: str, *, drop: bool = False) -> Finding:
    return next(f for f in find(columns, LABELS, drop=drop) if (f.label, f.part) == (label, part))


def test_the_better_half_holds_the_median() -> None:
    columns = [Column("good", GOOD), Column("random", CHANCE)]
    finding = found(columns, "good", BETTER)
    assert (finding.rows, finding.failed) == (10, 0)
    expected = spearmanr(GOOD[10:], LABELS[10:]).statistic
    assert finding.intervals["spearman"].value == pytest.approx(expected)
    odd = next(f for f in find([Column("odd", GOOD[:5])], LABELS[:5]) if f.part == BETTER)
    assert odd.rows == 3


def test_rows_without_a_score_are_worst_or_left_out() -> None:
    columns = [Column("holed", HOLED), Column("random", CHANCE)]
    worst = found(columns, "holed", ALL)
    assert (worst.rows, worst.failed) == (20, 4)
    filled = np.where(np.isnan(HOLED), -1e9, HOLED)
    assert worst.intervals["spearman"].value == pytest.approx(spearmanr(filled, LABELS).statistic)
    assert rho(columns[0], LABELS) == worst.intervals["spearman"].value
    dropped, kept = found(columns, "holed", ALL, drop=True), ~np.isnan(HOLED)
    assert (dropped.rows, dropped.failed) == (16, 4)
    assert dropped.intervals["spearman"].value == pytest.approx(spearmanr(GOOD[kept], LABELS[kept]).statistic)
    assert rho(columns[0], LABELS, drop=True) == dropped.intervals["spearman"].value


@pytest.mark.parametrize("drop", [False, True])
def test_a_difference_is_paired_on_the_rows_that_both_have(drop: bool) -> None:
    columns = [Column("holed", HOLED), Column("random", CHANCE)]
    rows = ~np.isnan(HOLED) if drop else np.ones(20, dtype=bool)
    ours, theirs = np.where(np.isnan(HOLED), -1e9, HOLED)[rows], CHANCE[rows]
    draws = bootstrap(ours, LABELS[rows])["spearman"] - bootstrap(theirs, LABELS[rows])["spearman"]
    difference = found(columns, "holed", ALL, drop=drop).differences["random"]["spearman"]
    value = spearmanr(ours, LABELS[rows]).statistic - spearmanr(theirs, LABELS[rows]).statistic
    assert difference.value == pytest.approx(value)
    assert (difference.low, difference.high) == pytest.approx(tuple(np.percentile(draws, [2.5, 97.5])))


def test_a_baseline_is_not_compared_with_itself_and_others_are_no_baseline() -> None:
    columns = [Column("params", GOOD), Column("good", GOOD), Column("random", CHANCE)]
    assert set(found(columns, "params", ALL).differences) == {"random"}
    assert set(found(columns, "good", ALL).differences) == {"params", "random"}
    assert found(columns, "good", ALL).differences["params"]["kendall"].high == 0.0


def test_a_fitness_without_a_score_has_no_statistics_where_its_rows_are_dropped() -> None:
    columns = [Column("none", np.full(20, np.nan)), Column("random", CHANCE)]
    finding = found(columns, "none", ALL, drop=True)
    assert finding.rows == 0
    assert all(np.isnan(one.value) for one in finding.intervals.values())
    assert np.isnan(finding.differences["random"]["spearman"].value)
    assert np.isnan(rho(columns[0], LABELS, drop=True))
