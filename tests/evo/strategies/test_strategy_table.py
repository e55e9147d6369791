"""Catches: a variant of differentiable search, a user's too, that is not searched with; options that reach the wrong
part or none; a strategy that is taken for a variant.
"""

from typing import Any

import pytest

from evo.differentiable.gradient_search import GradientSearch
from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.engine.plugins import resolve_choice
from evo.strategies import STRATEGIES
from evo.strategies.kinds import SearchKind
from evo.strategies.random_search import RandomSearch
from evo.strategies.strategy_table import is_relaxation
from tasks.foundation.errors import UsageError
from tests.toy import BitStrings

MINE = "tests.evo.strategies.test_strategy_table:Sharpened"


class Sharpened(DartsRelaxation):
    """A user's variant."""

    stages = 2

    def __init__(self, *, temperature: float = 1.0) -> None:
        if temperature <= 0:
            raise ValueError(f"temperature={temperature}: must be more than 0")
        self.temperature = temperature


class Misnamed:
    """A strategy that calls its space otherwise."""

    def __init__(self, search_space: object, *, width: int = 2) -> None: ...
    def ask(self, rng: object) -> None: ...
    def tell(self, evaluation: object) -> None: ...


def test_a_strategy_whose_space_has_another_name_is_told_the_right_one() -> None:
    with pytest.raises(UsageError) as caught:
        STRATEGIES.resolve("tests.evo.strategies.test_strategy_table:Misnamed", {})
    assert str(caught.value).endswith(
        "needs strategy.search_space: give it by --set strategy.search_space=VALUE; what the engine itself hands over "
        "is a parameter called 'space'"
    )


class Loose:
    """A variant that derives from nothing."""

    def options(self) -> None: ...
    def begin(self, supernet: object) -> None: ...
    def gates(self, alphas: object, supernet_pass: object) -> None: ...
    def on_epoch(self, moment: object, supernet: object) -> None: ...
    def derive(self, supernet: object) -> None: ...


@pytest.mark.parametrize("name", ["darts", MINE])
def test_a_variant_becomes_a_differentiable_search(name: str) -> None:
    assert STRATEGIES.kind_of(name) is SearchKind.DIFFERENTIABLE
    search = STRATEGIES.build(name, {"epochs": "3"})
    assert isinstance(search, GradientSearch)
    assert search.settings.epochs == 3
    assert isinstance(search.relaxation(), DartsRelaxation)
    assert search.relaxation() is not search.relaxation()


@pytest.mark.parametrize("name", ["random_search", "regularized_evolution", "listed"])
def test_other_strategies_do_not(name: str) -> None:
    assert STRATEGIES.kind_of(name) is SearchKind.EVOLUTION
    assert not is_relaxation(STRATEGIES.load(name))


def test_a_variant_without_the_base_class_is_told_of() -> None:
    with pytest.raises(UsageError, match=r"derive it from evo\.differentiable\.relaxations\.base\.Relaxation"):
        STRATEGIES.load("tests.evo.strategies.test_strategy_table:Loose")


class Misspelt(DartsRelaxation):
    """A variant with a method of almost the right name."""

    def trains_architectures(self, moment: object) -> bool:
        return False


class Drawing(RandomSearch):
    """A strategy with an attribute of almost the right name."""

    draw_from_space = False


@pytest.mark.parametrize(("name", "meant"), [("Misspelt", "trains_architecture"), ("Drawing", "draws_from_space")])
def test_a_name_that_is_almost_an_ability_is_told_of(name: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean '{meant}'"):
        STRATEGIES.build(f"tests.evo.strategies.test_strategy_table:{name}", {}, space=BitStrings())


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
