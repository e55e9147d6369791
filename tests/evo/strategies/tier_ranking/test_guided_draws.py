"""Catches: a candidate above its bounds, bounds that no tier has, operations in other shares than the best tier's."""

from typing import Any

import numpy as np
import pytest

from evo.records.failures import OutsideConstraintsError
from evo.strategies.tier_ranking.guided_draws import KEPT_FOR, MOST_TRIES, Bounds, draw_bounds, draw_guided
from evo.strategies.tier_ranking.histograms import Histogram
from evo.strategies.tier_ranking.tier_statistics import TierStatistics
from evo.strategies.tier_ranking.traits import Trait, TraitReader
from spaces.operation_costs import Place
from tasks import derive_rng
from tests.costed_bits import CostedBits, CostedVertices
from tests.toy import Bits

NO_MATTER = 10**9


def histogram(keys: tuple[Any, ...], best: list[int]) -> Histogram:
    counts = np.zeros((5, len(keys)), np.int64)
    counts[0] = best
    return Histogram(keys, counts)


def statistics(
    *guiding: Trait, place: Place = Place.EDGE, params: tuple[int, ...] = (27, 107), best: tuple[int, ...] = (98, 0)
) -> TierStatistics:
    """Return statistics in which the best tier has few parameters and twice as many convolutions as skips."""
    operations = histogram(("conv", "skip"), [59, 29]) if place is Place.EDGE else histogram((4, 12), [98, 0])
    found = {
        Trait.PARAMS: histogram(params, list(best)),
        Trait.MACS: histogram((NO_MATTER,), [98]),
        Trait.OPERATIONS: operations,
    }
    return TierStatistics(found, dict.fromkeys(Trait, 0.0), frozenset(guiding), place)


def drawn(found: TierStatistics, count: int, space: CostedBits | CostedVertices | None = None) -> list[Bits]:
    space = space or CostedBits()
    return draw_guided(space.sample, TraitReader(space), found, count, derive_rng(2))


def test_a_bound_follows_the_best_tier_where_its_trait_guides_and_nothing_where_not() -> None:
    rng = derive_rng(0)
    guided = [draw_bounds(statistics(Trait.PARAMS), rng).params for _ in range(400)]
    assert 0 < guided.count(107) < 20  # one of a hundred
    free = [draw_bounds(statistics(), rng).params for _ in range(400)]
    assert 150 < free.count(107) < 250


def test_candidates_are_within_their_bounds() -> None:
    few = statistics(Trait.PARAMS, params=(27,), best=(98,))
    assert all(sum(bits) <= 2 for bits in drawn(few, 40, CostedBits(length=6)))
    vertices = statistics(Trait.OPERATIONS, place=Place.VERTEX, params=(NO_MATTER,), best=(98,))
    found = drawn(vertices, 200, CostedVertices(length=6))
    assert np.mean([sum(bits) <= 2 for bits in found]) > 0.85  # the bound is 4 vertices, 12 one time in a hundred


def test_bounds_on_each_trait_count_alone() -> None:
    reader, rng = TraitReader(CostedBits(length=3)), derive_rng(0)
    traits = reader.of((1, 0, 1))  # 27 parameters, 2,070 multiply-adds, 4 vertices
    assert Bounds(27, 2_070, 4).admit(traits, rng)
    for short in (Bounds(26, 2_070, 4), Bounds(27, 2_069, 4), Bounds(27, 2_070, 3)):
        assert not short.admit(traits, rng)


def test_bounds_are_kept_for_some_candidates_and_then_drawn_again() -> None:
    seen: list[Any] = []
    space = CostedBits()

    class Reader(TraitReader):
        def of(self, candidate: Any) -> Any:
            seen.append(candidate)
            return super().of(candidate)

    nothing = statistics(Trait.PARAMS, params=(0, NO_MATTER), best=(0, 0))  # half of all bounds admit nothing
    found = draw_guided(space.sample, Reader(space), nothing, 6 * KEPT_FOR, derive_rng(4))
    assert len(found) == 6 * KEPT_FOR
    tries, block = [], []
    for candidate in found:
        place = next(i for i, each in enumerate(seen) if each is candidate)
        tries.append(place + 1)
        del seen[: place + 1]
    block = [set(tries[start : start + KEPT_FOR]) for start in range(0, len(tries), KEPT_FOR)]
    assert {frozenset(each) for each in block} == {frozenset({1}), frozenset({MOST_TRIES})}


def test_operations_that_guide_are_as_frequent_as_in_the_best_tier() -> None:
    found = drawn(statistics(Trait.OPERATIONS, params=(NO_MATTER,), best=(98,)), 600, CostedBits(length=4))
    assert np.mean(found) == pytest.approx(60 / 90, abs=0.04)
    free = drawn(statistics(params=(NO_MATTER,), best=(98,)), 600, CostedBits(length=4))
    assert np.mean(free) == pytest.approx(0.5, abs=0.04)


def test_the_same_generator_draws_the_same() -> None:
    found = statistics(*Trait)
    assert drawn(found, 30) == drawn(found, 30)


class ScarceBits(CostedBits):
    """Bit strings of which constraints leave none that begins with 1."""

    def sample(self, rng: np.random.Generator) -> Bits:
        found = super().sample(rng)
        if found[0]:
            raise OutsideConstraintsError("none in 1,000 tries")
        return found


def test_draws_that_find_nothing_within_constraints_are_left_out() -> None:
    found = drawn(statistics(), 60, ScarceBits())
    assert 0 < len(found) < 60
    assert not any(bits[0] for bits in found)
