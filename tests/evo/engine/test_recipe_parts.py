"""Catches: an option of a recipe that stays when the part that it was chosen for is replaced, or goes along although it
is no option of that part; one that goes without a word; training options that are lost between two variants."""

from pathlib import Path

import pytest

from evo.engine.configuring import resolve_request
from evo.engine.plugins import table_of
from evo.engine.recipe_file import Recipe, read_recipe, shipped_recipes
from evo.engine.recipe_parts import Beside, left_beside, target_of
from evo.engine.recipe_request import with_recipe
from evo.records.config import SearchConfig
from evo.records.requests import SearchRequest
from evo.strategies import STRATEGIES
from fitness.objectives.byol import Byol
from fitness.objectives.contrastive import Contrastive
from tasks.images.digits import Digits
from tasks.images.noise import NoiseImages

SPACES, GRADIENTS = ("nasbench201", "darts"), ("pc_darts", "darts_minus")


def recipe_of(*assigned: str, **keys: object) -> Recipe:
    return Recipe("r", Path("r.toml"), keys, assigned)


def left(recipe: Recipe, *options: str, **given: object) -> tuple[dict[str, object], tuple[str, ...], str | None]:
    found, note = left_beside(recipe, Beside.of(given, set(options)))
    return dict(found.keys), found.assigned, note


SEARCH = recipe_of(
    "fitness.steps=5",
    "space.cells=3",
    "strategy.epochs=7",
    "strategy.first_tau=2",
    space="darts",
    fitness="masked_autoencoding",
    strategy="gdas",
    data="imagefolder:x",
    channels=1,
    image_size=16,
    constraint="params<1e6",
    constraint_size="cells=20",
    seeds=3,
)


def test_nothing_replaced_is_nothing_left_out() -> None:
    same = {"fitness": "masked_autoencoding(ratio=0.25)", "space": "darts", "strategy": "gdas"}
    for given in ({}, same):
        assert left(SEARCH, **given) == (dict(SEARCH.keys), SEARCH.assigned, None)


def test_a_replaced_part_takes_its_options_with_it_and_its_keys_and_nothing_else() -> None:
    keys, assigned, note = left(SEARCH, space="nasbench201", data="photos")
    assert set(SEARCH.keys) - set(keys) == {"constraint_size", "channels"}
    assert assigned == ("fitness.steps=5", "strategy.epochs=7", "strategy.first_tau=2")
    assert note == (
        "note: recipe r: constraint_size, space.cells belong to darts, which nasbench201 replaces; channels belongs to "
        "imagefolder:x, which photos replaces; left out"
    )


def test_training_options_stay_between_two_variants_and_go_with_the_kind_of_search() -> None:
    keys, assigned, note = left(SEARCH, strategy="setn")
    assert keys == SEARCH.keys
    assert assigned == ("fitness.steps=5", "space.cells=3", "strategy.epochs=7")
    assert note == "note: recipe r: strategy.first_tau belongs to gdas, which setn replaces; left out"
    keys, assigned, note = left(SEARCH, strategy="random_search")
    assert set(SEARCH.keys) - set(keys) == {"seeds"}
    assert assigned == ("fitness.steps=5", "space.cells=3")
    assert note is not None
    assert "seeds, strategy.epochs, strategy.first_tau belong to gdas, which random_search replaces" in note


def test_an_option_of_one_name_in_two_variants_is_of_the_former_alone() -> None:
    recipe = recipe_of("strategy.most_skips=2", "strategy.batch=8", strategy="path_binarised")
    assert left(recipe, strategy="p_darts")[1] == ("strategy.batch=8",)


def test_what_evolution_alone_has_goes_where_gradients_replace_it() -> None:
    recipe = recipe_of(evaluations=9, population=4, ahead=2, seed=5, max_minutes=3, target=1.0, trial_timeout=9)
    keys, _, note = left(recipe, strategy="darts")
    assert keys == {"seed": 5, "max_minutes": 3}
    assert note is not None
    assert "evaluations, population, ahead, target, trial_timeout belong to regularized_evolution" in note
    assert left(recipe, strategy="random_search")[0] == {
        key: recipe.keys[key] for key in recipe.keys if key != "population"
    }


def test_of_a_part_that_a_recipe_does_not_name_it_says_what_the_callers_has() -> None:
    recipe = recipe_of("fitness.steps=5", "strategy.epochs=3", "space.cells=1", population=4)
    assert left(recipe, fitness="regression", space="darts", strategy="darts") == (
        {},
        recipe.assigned,
        "note: recipe r: population belongs to regularized_evolution, which darts replaces; left out",
    )


def test_several_objectives_replace_a_strategy_that_is_not_named() -> None:
    recipe = recipe_of(population=4)
    assert left(recipe, objectives="fitness,-params")[2] == (
        "note: recipe r: population belongs to regularized_evolution, which nsga2 replaces; left out"
    )
    assert left(recipe, objectives="fitness")[2] is None
    assert left(recipe_of(strategy="regularized_evolution", population=4), objectives="fitness,-params")[2] is None


def test_a_panel_means_its_fitness() -> None:
    recipe = recipe_of("fitness.metric=x", panel="p.parquet", panel_size=9)
    keys, assigned, note = left(recipe, fitness="params")
    assert (keys, assigned) == ({}, ())
    assert note is not None
    assert "panel, panel_size, fitness.metric belong to rank_correlation, which params replaces" in note
    assert left(recipe, fitness="rank_correlation")[2] is None


def test_a_class_of_the_same_name_replaces_nothing_and_an_object_has_options_of_its_own() -> None:
    recipe = recipe_of("fitness.temperature=0.1", "data.size=4", fitness="contrastive", strategy="darts", data="noise")
    assert left(recipe, fitness=Contrastive)[2] is None
    assert left(recipe, fitness=Byol, data=Digits)[2] == (
        "note: recipe r: fitness.temperature belongs to contrastive, which byol replaces; data.size belongs to noise, "
        "which Digits of the caller's replaces; left out"
    )
    made = Contrastive(source=NoiseImages(size=8))
    assert "which Contrastive of the caller's replaces" in str(left(recipe, fitness=made)[2])


def test_what_is_given_is_not_said_to_be_left_out() -> None:
    _, assigned, note = left(SEARCH, "fitness.steps", fitness="byol(hidden=8)")
    assert "fitness.steps=5" not in assigned
    assert note is None


def other(axis: str, recipe: Recipe) -> str:
    """Return a plug-in that is not the recipe's, for an axis."""
    if axis == "space":
        return next(name for name in SPACES if name != recipe.keys["space"])
    if axis == "strategy":
        return next(name for name in GRADIENTS if name != recipe.keys.get("strategy"))
    return "rotation" if gradients(recipe) else "params"


def gradients(recipe: Recipe) -> bool:
    named = recipe.keys.get("strategy", "regularized_evolution")
    return STRATEGIES.kind_of(str(named)) == "differentiable"


def config_with(name: str, **given: str) -> SearchConfig:
    return resolve_request(SearchRequest(**with_recipe(name, given))).config


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_shipped_recipe_resolves_with_another_space_and_fitness(name: str) -> None:
    recipe = read_recipe(name)
    fitness, space = other("fitness", recipe), other("space", recipe)
    config = config_with(name, fitness=fitness, space=space)
    strategy = config.strategy.name
    assert config.fitness.options == table_of("fitness", strategy).resolve(fitness, {})
    assert config.space.options == table_of("space").resolve(space, {})
    unset = {target_of(text) for text in recipe.assigned} - {f"strategy.{option}" for option in config.strategy.options}
    assert all(not option.startswith("strategy.") for option in unset)


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_shipped_recipe_resolves_with_another_strategy(name: str) -> None:
    recipe = read_recipe(name)
    strategy = other("strategy", recipe)
    config = config_with(name, strategy=strategy, fitness="rotation")
    kept = STRATEGIES.training_options() if gradients(recipe) else frozenset()
    told = {target_of(text): text.partition("=")[2] for text in recipe.assigned}
    stays = {option: told[f"strategy.{option}"] for option in kept if f"strategy.{option}" in told}
    assert config.strategy.options == table_of("strategy").resolve(strategy, stays)
