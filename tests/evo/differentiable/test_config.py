"""Catches: parts that do not go together and are put together; a line that does not say what would."""

import pytest

from evo.differentiable.config import build_gradient_plugins
from evo.differentiable.gradient_search import GradientSearch
from evo.engine.plugins import resolve_choice
from evo.records.config import SearchConfig
from fitness.objectives.rotation import Rotation
from spaces import RelaxableSpace
from tasks.foundation.errors import UsageError


def config(space: str, objective: str = "rotation", **options: str) -> SearchConfig:
    return SearchConfig(
        resolve_choice("space", space, {}),
        resolve_choice("fitness", objective, {}, strategy="darts"),
        resolve_choice("strategy", "darts", {"epochs": "7", **options}),
        data="noise",
    )


def test_a_space_an_objective_and_a_variant_are_built() -> None:
    plugins = build_gradient_plugins(config("nasbench201"))
    assert isinstance(plugins.space, RelaxableSpace)
    assert isinstance(plugins.objective, Rotation)
    assert isinstance(plugins.search, GradientSearch)
    assert plugins.search.settings.epochs == 7


def test_a_space_without_a_supernet_is_refused_and_those_with_one_are_named() -> None:
    with pytest.raises(UsageError, match=r"'nasbench101' has none; take nasbench201, darts, s1"):
        build_gradient_plugins(config("nasbench101"))


def test_micro_batches_are_refused_by_an_objective_that_compares_images() -> None:
    assert build_gradient_plugins(config("nasbench201", "byol", micro_batches="4")).search.settings.micro_batches == 4
    build_gradient_plugins(config("nasbench201", "contrastive", micro_batches="1"))
    with pytest.raises(UsageError, match=r"micro_batches=4: contrastive compares the images .*checkpointing=true"):
        build_gradient_plugins(config("nasbench201", "contrastive", micro_batches="4"))
