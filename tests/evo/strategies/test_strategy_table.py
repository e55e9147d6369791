"""Catches: a gradient variant, a user's too, that is not searched with; options that reach the wrong part or none; a
strategy that is taken for a variant; heavy imports for a list of names.
"""

from typing import Any

import pytest

from evo.differentiable.gradient_search import GradientSearch
from evo.differentiable.relaxations.darts import Darts
from evo.engine.plugins import resolve_choice
from evo.strategies import STRATEGIES
from evo.strategies.strategy_table import searches_by_gradient
from tasks.foundation.errors import UsageError

MINE = "tests.evo.strategies.test_strategy_table:Sharpened"


class Sharpened(Darts):
    """A user's variant."""

    stages = 2

    def __init__(self, *, temperature: float = 1.0) -> None:
        if temperature <= 0:
            raise ValueError(f"temperature={temperature}: must be more than 0")
        self.temperature = temperature


@pytest.mark.parametrize("name", ["darts", MINE])
def test_a_variant_becomes_a_search_by_gradient(name: str) -> None:
    assert searches_by_gradient(STRATEGIES.load(name))
    search = STRATEGIES.build(name, {"epochs": "3"})
    assert isinstance(search, GradientSearch)
    assert searches_by_gradient(search)
    assert search.settings.epochs == 3
    assert isinstance(search.relaxation(), Darts)
    assert search.relaxation() is not search.relaxation()


@pytest.mark.parametrize("name", ["random_search", "regularized_evolution", "listed"])
def test_other_strategies_do_not(name: str) -> None:
    assert not searches_by_gradient(STRATEGIES.load(name))


def test_options_reach_the_training_and_the_variant() -> None:
    search = STRATEGIES.build(MINE, {"temperature": "0.5", "batch": "8"})
    assert (search.relaxation().temperature, search.settings.batch) == (0.5, 8)
    assert (search.stages, search.epochs) == (2, 100)
    resolved = STRATEGIES.resolve(MINE, {})
    assert (resolved["temperature"], resolved["learning_rate"]) == (1.0, 0.025)
    assert "relaxation" not in resolved


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"temprature": "1"}, "temprature"),
        ({"temperature": "-1"}, "temperature=-1.0"),
        ({"epochs": "many"}, "strategy.epochs='many'"),
        ({"epochs": "0"}, "epochs=0"),
        ({"order": "3"}, "order=3"),
    ],
)
def test_a_wrong_option_is_told_of_in_one_line(options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        STRATEGIES.build(MINE, options)
    assert "\n" not in str(caught.value)


def test_beside_a_variant_a_fitness_is_an_objective_with_its_own_options() -> None:
    choice = resolve_choice("fitness", "masked_autoencoding", {"ratio": "0.8"}, strategy="darts")
    assert choice.options["ratio"] == 0.8
    assert "steps" not in choice.options
    assert "steps" in resolve_choice("fitness", "masked_autoencoding", {}, strategy="random_search").options
    with pytest.raises(UsageError, match="unknown fitness 'naswot'"):
        resolve_choice("fitness", "naswot", {}, strategy="darts")
