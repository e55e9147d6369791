"""Draws candidates below bounds that come from the statistics of tiers: of the best one where a trait guides.

A bound on parameters, and one on multiply-adds, is a key of the trait's histogram: by the best tier's shares where the
trait guides, each as likely where it does not. The number of vertices has a bound in the same way. Where operations on
edges guide, a candidate is taken with the likelihood that makes the operations of those taken as frequent as in the
best tier, and otherwise whatever they are.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from evo.strategies.possible_draws import possible
from evo.strategies.tier_ranking.histograms import Histogram
from evo.strategies.tier_ranking.tier_statistics import TierStatistics
from evo.strategies.tier_ranking.traits import Trait, TraitReader, Traits
from spaces.operation_costs import Place

KEPT_FOR = 25
"""Candidates that are drawn below the same bounds."""
MOST_TRIES = 101
"""Random candidates of which the first that is within the bounds is taken; the last where none is."""

Sample = Callable[[np.random.Generator], Any]


@dataclass(frozen=True)
class Bounds:
    """What a candidate must not exceed, None for no matter; shares: of operations among those taken."""

    params: int
    macs: int
    vertices: int | None = None
    shares: dict[Hashable, float] | None = None

    def admit(self, traits: Traits, rng: np.random.Generator) -> bool:
        """Return whether a candidate is taken; it is left to chance where shares of operations are given."""
        if traits.params > self.params or traits.macs > self.macs:
            return False
        if self.vertices is not None and traits.vertices > self.vertices:
            return False
        return self.shares is None or rng.random() < self._likelihood(traits, self.shares)

    @staticmethod
    def _likelihood(traits: Traits, shares: dict[Hashable, float]) -> float:
        """Return the product over operations of their shares, each as part of the greatest."""
        most, least = max(shares.values()), min(shares.values())
        parts = [(shares.get(name, least) / most) ** count for name, count in traits.operations.items()]
        return float(np.prod(parts))


def draw_guided(
    sample: Sample, reader: TraitReader, statistics: TierStatistics, count: int, rng: np.random.Generator
) -> list[Any]:
    """Return so many candidates, drawn by the statistics; equal ones may be among them.

    Fewer where constraints leave so few that a draw finds none.
    """
    drawn: list[Any] = []
    for begun in range(0, count, KEPT_FOR):
        bounds = draw_bounds(statistics, rng)
        drawn += possible([partial(_within, bounds, sample, reader, rng)] * min(KEPT_FOR, count - begun))
    return drawn


def draw_bounds(statistics: TierStatistics, rng: np.random.Generator) -> Bounds:
    """Return bounds for the next candidates."""
    params, macs = (_bound(statistics, trait, rng) for trait in (Trait.PARAMS, Trait.MACS))
    operations = statistics.histograms[Trait.OPERATIONS]
    if statistics.place is Place.VERTEX:
        return Bounds(params, macs, vertices=_bound(statistics, Trait.OPERATIONS, rng))
    guided = Trait.OPERATIONS in statistics.guiding
    return Bounds(params, macs, shares=_shares(operations) if guided else None)


def _bound(statistics: TierStatistics, trait: Trait, rng: np.random.Generator) -> int:
    histogram = statistics.histograms[trait]
    shares = histogram.distribution(0) if trait in statistics.guiding else None
    key: Any = histogram.keys[int(rng.choice(len(histogram.keys), p=shares))]
    return int(key)


def _shares(operations: Histogram) -> dict[Hashable, float]:
    return dict(zip(operations.keys, operations.distribution(0).tolist(), strict=True))


def _within(bounds: Bounds, sample: Sample, reader: TraitReader, rng: np.random.Generator) -> Any:
    """Return the first random candidate within bounds, the last of ``MOST_TRIES`` where none is."""
    for _ in range(MOST_TRIES):
        candidate = sample(rng)
        if bounds.admit(reader.of(candidate), rng):
            return candidate
    return candidate
