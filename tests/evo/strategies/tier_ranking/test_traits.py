"""Catches: traits of another network, one read twice, a space without costs that is searched all the same."""

import pytest

from evo.strategies.tier_ranking import traits as traits_module
from evo.strategies.tier_ranking.traits import TraitReader, Traits, refuses
from spaces import InputSpec, count_complexity
from spaces.operation_costs import Place
from tasks import derive_rng
from tests.costed_bits import CostedBits, CostedVertices
from tests.small_spaces import small_space
from tests.toy import BitStrings


def test_traits_are_what_the_operations_cost_with_what_is_outside() -> None:
    found = TraitReader(CostedBits(length=3)).of((1, 0, 1))
    assert found == Traits(27, 2_070, 4, {"conv": 2, "skip": 1}, Place.EDGE)
    assert TraitReader(CostedVertices(length=3)).of((1, 0, 1)).vertices == 4


def test_traits_of_benchmarks_are_their_networks() -> None:
    for name, place in (("nasbench201", Place.EDGE), ("nasbench101", Place.VERTEX)):
        space = small_space(name)
        candidate = space.sample(derive_rng(3))
        found = TraitReader(space).of(candidate)
        counted = count_complexity(space, candidate, InputSpec(), 10)
        assert (found.params, found.macs, found.place) == (counted.params, counted.macs, place)


def test_a_candidate_is_read_once_and_not_all_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traits_module, "CACHED", 2)
    space = CostedBits(length=2)
    reader, reads = TraitReader(space), []
    costs = space.operation_costs
    monkeypatch.setattr(space, "operation_costs", lambda *given: reads.append(given[0]) or costs(*given))
    for candidate in [(0, 0), (0, 0), (0, 1), (1, 1), (0, 0)]:
        assert reader.of(candidate).params == 7 + 10 * sum(candidate)
    assert reads == [(0, 0), (0, 1), (1, 1), (0, 0)]


def test_a_space_without_costs_is_refused() -> None:
    assert refuses(CostedBits()) is None
    assert "operation_costs" in str(refuses(BitStrings()))
