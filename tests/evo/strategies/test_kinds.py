"""Catches: a strategy or a variant that is taken for the other kind of search."""

import pytest

from evo.differentiable.gradient_search import GradientSearch
from evo.strategies import STRATEGIES
from evo.strategies.base import SearchStrategy
from evo.strategies.kinds import DifferentiableStrategy, DifferentiableVariant, SearchKind
from evo.strategies.strategy_table import RELAXATIONS


@pytest.mark.parametrize("name", sorted(STRATEGIES.builtin))
def test_every_strategy_is_of_one_kind_by_its_type(name: str) -> None:
    made_by = STRATEGIES.load_relaxation(name)
    assert isinstance(made_by, type)
    differentiable = issubclass(made_by, DifferentiableVariant)
    assert differentiable is (name in RELAXATIONS) is not issubclass(made_by, SearchStrategy)
    assert (STRATEGIES.kind_of(name) is SearchKind.DIFFERENTIABLE) is differentiable


def test_a_search_around_a_variant_is_a_strategy_that_proposes_nothing() -> None:
    assert issubclass(GradientSearch, DifferentiableStrategy)
    assert not issubclass(GradientSearch, SearchStrategy)
