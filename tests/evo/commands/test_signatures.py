"""Catches: a help text that promises another default than the plug-in has."""

import inspect

import pytest

from evo.commands.signatures import default_of
from evo.retraining.settings import TrainSettings
from evo.strategies.regularized_evolution import RegularizedEvolution
from fitness.rank_correlation.fitness import RankCorrelationFitness


@pytest.mark.parametrize("kind", [RegularizedEvolution, RankCorrelationFitness, TrainSettings])
def test_defaults_are_those_of_the_signature(kind: type) -> None:
    target = f"{kind.__module__}:{kind.__qualname__}"
    parameters = inspect.signature(kind).parameters.values()
    known = {one.name: one.default for one in parameters if one.default is not inspect.Parameter.empty}
    assert known
    assert {name: default_of(target, name) for name in known} == known


def test_an_option_without_a_default_has_none() -> None:
    with pytest.raises(KeyError):
        default_of("fitness.rank_correlation.fitness:RankCorrelationFitness", "panel")
