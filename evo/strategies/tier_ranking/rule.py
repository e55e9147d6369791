"""When the best tier's statistics guide where candidates are drawn: they have to differ from those of the low tiers.

The published rule compares softmaxes of counts, which are nearly certain of one key each, and has thresholds that
belong to that. Here counts become distributions, and thresholds were chosen anew; a switch brings the published rule
back for comparison.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evo.strategies.tier_ranking.histograms import Histogram, divergence
from evo.strategies.tier_ranking.traits import Trait
from fitness.predictors.tiers import TIERS
from spaces.operation_costs import Place

LOW = (TIERS - 2, TIERS - 1)
"""The tiers from which the best one has to differ."""
LEAST_SHARE = 0.1
"""Part of the candidates compared that the best tier has to hold."""
THRESHOLDS: Mapping[Place, Mapping[Trait, float]] = MappingProxyType(
    {
        Place.VERTEX: {Trait.PARAMS: 0.025, Trait.MACS: 0.025, Trait.OPERATIONS: 0.04},
        Place.EDGE: {Trait.PARAMS: 0.05, Trait.MACS: 0.05, Trait.OPERATIONS: 0.02},
    }
)
"""What 19 of 20 rounds of 50 candidates stay below whose labels are exchanged at random, see README.md."""
PUBLISHED: Mapping[Place, Mapping[Trait, float]] = MappingProxyType(
    {
        Place.VERTEX: {Trait.PARAMS: 2.5, Trait.MACS: 2.5, Trait.OPERATIONS: math.inf},
        Place.EDGE: {Trait.PARAMS: 0.3, Trait.MACS: 0.35, Trait.OPERATIONS: 1.5},
    }
)
"""Thresholds of softmaxes: of NAS-Bench-101, where the number of vertices never guides, and of NAS-Bench-201."""


@dataclass(frozen=True)
class GuidanceRule:
    """Decides for each trait whether the best tier's histogram is used.

    thresholds: by trait, None for the usual ones
    softmax: whether softmaxes of counts are compared, as published
    uniform: whether no histogram is ever used, as in the released program on NAS-Bench-201
    """

    thresholds: Mapping[Trait, float] | None = None
    softmax: bool = False
    uniform: bool = False

    def guides(self, trait: Trait, histogram: Histogram, members: tuple[int, int], place: Place) -> bool:
        """Return whether a trait's histogram is used; members: of the best tier, and of all tiers together."""
        if self.uniform or members[0] < LEAST_SHARE * members[1]:
            return False
        return self.distance(histogram) >= self.threshold(trait, place)

    def distance(self, histogram: Histogram) -> float:
        """Return the lesser of the best tier's divergences from the two low tiers; 0 where there is one key."""
        if len(histogram.keys) < 2:
            return 0.0
        of = histogram.softmax if self.softmax else histogram.distribution
        return min(divergence(of(0), of(low)) for low in LOW)

    def threshold(self, trait: Trait, place: Place) -> float:
        """Return the divergence from which on a trait guides."""
        usual = PUBLISHED if self.softmax else THRESHOLDS
        return (self.thresholds or usual[place])[trait]
