"""What the traits of labelled candidates say of each tier, and which of these traits guide a round.

A round's statistics are of some of the labelled candidates, drawn at random, as many as a round proposes: published
ones are of a training batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evo.strategies.tier_ranking.histograms import Counts, Histogram, binned, by_name, each_integer
from evo.strategies.tier_ranking.rule import GuidanceRule
from evo.strategies.tier_ranking.traits import Trait, TraitReader, Traits
from spaces.operation_costs import Place

BINS: Mapping[Place, int] = {Place.VERTEX: 8, Place.EDGE: 5}
"""Bins of parameters and multiply-adds, as published for NAS-Bench-101 and NAS-Bench-201."""


@dataclass(frozen=True)
class TierStatistics:
    """Histograms of a round by trait, how far each separates the tiers, and which of them guide."""

    histograms: Mapping[Trait, Histogram]
    distances: Mapping[Trait, float]
    guiding: frozenset[Trait]
    place: Place


def round_statistics(
    candidates: Sequence[Any],
    tiers: Counts,
    reader: TraitReader,
    rule: GuidanceRule,
    *,
    most: int,
    rng: np.random.Generator,
) -> TierStatistics:
    """Return the statistics of a round.

    candidates, tiers: all that have a label, and the tier of each; most: how many of them are compared
    """
    drawn = np.sort(rng.choice(len(candidates), size=min(most, len(candidates)), replace=False))
    traits = [reader.of(candidates[place]) for place in drawn]
    return statistics_of(traits, tiers[drawn], rule)


def statistics_of(traits: Sequence[Traits], tiers: Counts, rule: GuidanceRule) -> TierStatistics:
    """Return the statistics of candidates by their traits and tiers."""
    place = traits[0].place
    on_edges = place is Place.EDGE
    histograms = {
        Trait.PARAMS: binned([each.params for each in traits], tiers, BINS[place]),
        Trait.MACS: binned([each.macs for each in traits], tiers, BINS[place]),
        Trait.OPERATIONS: by_name([each.operations for each in traits], tiers)
        if on_edges
        else each_integer([each.vertices for each in traits], tiers),
    }
    members = int((tiers == 0).sum()), len(tiers)
    guiding = (trait for trait, found in histograms.items() if rule.guides(trait, found, members, place))
    distances = {trait: rule.distance(found) for trait, found in histograms.items()}
    return TierStatistics(histograms, distances, frozenset(guiding), place)
