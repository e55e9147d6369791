"""Catches: guidance by tiers that are alike, by one low tier alone, by a best tier that nothing is in."""

import math

import numpy as np
import pytest

from evo.strategies.tier_ranking.histograms import Histogram
from evo.strategies.tier_ranking.rule import PUBLISHED, THRESHOLDS, GuidanceRule
from evo.strategies.tier_ranking.traits import Trait
from fitness.predictors.tiers import TIERS
from spaces.operation_costs import Place


def histogram(best: list[int], fourth: list[int], last: list[int]) -> Histogram:
    counts = np.zeros((TIERS, len(best)), np.int64)
    counts[0], counts[3], counts[4] = best, fourth, last
    return Histogram(tuple(range(len(best))), counts)


APART = histogram([18, 0], [0, 18], [8, 10])
"""Shares .95 and .05, .05 and .95, .45 and .55."""
TO_LAST = (0.95 * math.log(0.95 / 0.45) + 0.05 * math.log(0.05 / 0.55)) / 2


def guides(rule: GuidanceRule, found: Histogram = APART, members: tuple[int, int] = (18, 54)) -> bool:
    return rule.guides(Trait.PARAMS, found, members, Place.EDGE)


def test_the_distance_is_to_the_nearer_of_the_two_low_tiers() -> None:
    assert GuidanceRule().distance(APART) == pytest.approx(TO_LAST)
    assert GuidanceRule().distance(histogram([5], [1], [9])) == 0.0


@pytest.mark.parametrize(("factor", "guided"), [(0.999, True), (1.001, False)])
def test_a_trait_guides_from_its_threshold_on(factor: float, guided: bool) -> None:
    thresholds = {**dict.fromkeys(Trait, math.inf), Trait.PARAMS: factor * TO_LAST}
    assert guides(GuidanceRule(thresholds)) is guided


def test_tiers_that_are_alike_guide_nothing() -> None:
    assert not guides(GuidanceRule(), histogram([9, 9], [9, 9], [9, 9]))
    assert guides(GuidanceRule())
    assert all(threshold > 0 for usual in THRESHOLDS.values() for threshold in usual.values())
    assert GuidanceRule().threshold(Trait.OPERATIONS, Place.VERTEX) == 0.04


@pytest.mark.parametrize(("best", "guided"), [(10, True), (9, False)])
def test_the_best_tier_has_to_hold_a_tenth(best: int, guided: bool) -> None:
    assert guides(GuidanceRule(), members=(best, 100)) is guided


def test_nothing_guides_where_uniform_is_forced() -> None:
    assert not guides(GuidanceRule(uniform=True))


def test_softmaxes_are_compared_with_the_published_thresholds() -> None:
    """Of counts 18 and 0 beside 8 and 10 one softmax is certain of the first key, the other gives it exp(-2)."""
    rule = GuidanceRule(softmax=True)
    assert rule.distance(APART) == pytest.approx(-math.log(math.exp(-2) / (1 + math.exp(-2))) / 2, abs=1e-6)
    assert rule.threshold(Trait.PARAMS, Place.EDGE) == PUBLISHED[Place.EDGE][Trait.PARAMS] == 0.3
    assert rule.threshold(Trait.MACS, Place.EDGE) == 0.35
    assert rule.threshold(Trait.OPERATIONS, Place.EDGE) == 1.5
    assert rule.threshold(Trait.PARAMS, Place.VERTEX) == 2.5
    assert rule.threshold(Trait.OPERATIONS, Place.VERTEX) == math.inf
    assert guides(rule)
    assert not rule.guides(Trait.PARAMS, APART, (18, 54), Place.VERTEX)
