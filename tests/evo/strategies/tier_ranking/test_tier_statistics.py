"""Catches: statistics of other candidates than were drawn, or of tiers among these instead of among all."""

import numpy as np
import pytest

from evo.strategies.tier_ranking.rule import GuidanceRule
from evo.strategies.tier_ranking.tier_statistics import round_statistics, statistics_of
from evo.strategies.tier_ranking.traits import Trait, TraitReader
from spaces.operation_costs import Place
from tasks import derive_rng
from tests.costed_bits import CostedBits, CostedVertices

CANDIDATES = [(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 1, 0)]
TIERS = np.array([4, 3, 1, 0, 2])


def test_parameters_multiply_adds_and_operations_are_counted_by_tier() -> None:
    reader = TraitReader(CostedBits(length=3))
    found = statistics_of([reader.of(each) for each in CANDIDATES], TIERS, GuidanceRule())
    params, macs, operations = (found.histograms[trait] for trait in Trait)
    assert params.keys == (13, 19, 25, 31, 37)  # 7 to 37 in five bins of 6
    assert params.counts.argmax(axis=1).tolist() == [4, 3, 3, 1, 0]
    assert macs.keys == (670, 1_270, 1_870, 2_470, 3_070)
    assert (operations.keys, operations.counts[0].tolist()) == (("conv", "skip"), [3, 0])
    assert found.place is Place.EDGE


def test_operations_at_vertices_are_compared_by_their_number() -> None:
    reader = TraitReader(CostedVertices(length=3))
    found = statistics_of([reader.of(each) for each in CANDIDATES], TIERS, GuidanceRule())
    assert found.histograms[Trait.OPERATIONS].keys == (2, 3, 4, 5)
    assert found.histograms[Trait.PARAMS].keys == (11, 15, 19, 23, 27, 31, 35, 39)  # eight bins of 4


def test_traits_that_separate_the_tiers_guide() -> None:
    reader = TraitReader(CostedBits(length=3))
    many = [reader.of(each) for each in CANDIDATES for _ in range(10)]
    found = statistics_of(many, np.repeat(TIERS, 10), GuidanceRule())
    assert found.guiding == set(Trait)
    assert found.distances == {trait: GuidanceRule().distance(found.histograms[trait]) for trait in Trait}
    assert statistics_of(many, np.repeat(TIERS, 10), GuidanceRule(uniform=True)).guiding == set()


@pytest.mark.parametrize("most", [3, 5, 99])
def test_a_round_is_of_some_of_the_labelled_each_once(most: int) -> None:
    space, rng = CostedBits(length=3), derive_rng(1)
    found = round_statistics(CANDIDATES, TIERS, TraitReader(space), GuidanceRule(), most=most, rng=rng)
    counts = found.histograms[Trait.PARAMS].counts
    assert counts.sum() == min(most, 5)
    assert counts.sum(axis=1).max() == 1  # one of each tier
