"""The plug-ins that a search is built of: which names there are, and the objects that a configuration names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.records.config import Choice, SearchConfig
from evo.strategies import STRATEGIES
from evo.strategies.strategy_table import searches_by_gradient
from fitness import FITNESSES, OBJECTIVES
from spaces import SPACES
from tasks.foundation.errors import UsageError
from tasks.foundation.plugins import PluginTable

if TYPE_CHECKING:
    from evo.strategies.base import SearchStrategy
    from fitness import Fitness
    from spaces import SearchSpace
    from tasks import ImageSource
SUPERNET_FITNESSES: Mapping[str, str] = {"inherited": "evo.differentiable.one_shot.inherited_fitness:InheritedFitness"}
"""Name of a fitness that needs a trained supernet -> ``module:attribute`` of its factory."""
SCORING = replace(FITNESSES, builtin={**FITNESSES.builtin, **SUPERNET_FITNESSES})
"""All that can score candidates: fitnesses, and those of them that need what the engine has trained."""
TABLES: dict[str, PluginTable] = {"space": SPACES, "fitness": SCORING, "strategy": STRATEGIES}
SUPERNET_OBJECTIVES = replace(OBJECTIVES, kind="fitness")
"""What ``fitness`` may be beside a strategy that searches by gradient: objectives, with no options but their own."""
DEFAULT_STRATEGY = "regularized_evolution"
SHORTHANDS = {
    "population": ("strategy", "population"),
    "tournament": ("strategy", "tournament"),
    "panel": ("fitness", "panel"),
    "panel_size": ("fitness", "panel_size"),
    "panel_held_out": ("fitness", "held_out"),
}
"""Flags, and keys of recipes, that are options of a plug-in."""


@dataclass(frozen=True)
class Plugins:
    """The objects that a configuration names."""

    space: "SearchSpace[Any]"
    fitness: "Fitness"
    images: "ImageSource"


def resolve_choice(kind: str, name: str, options: Mapping[str, object], *, strategy: str | None = None) -> Choice:
    """Return a plug-in's name with every option checked and filled in; raises UsageError.

    strategy: the one that it goes with, where that makes a difference.
    """
    return Choice(name, table_of(kind, strategy).resolve(name, options))


def table_of(kind: str, strategy: str | None = None) -> PluginTable:
    """Return the plug-ins of a kind that go with a strategy; raises UsageError where there is no such strategy."""
    if kind == "fitness" and strategy is not None and searches_by_gradient(STRATEGIES.load(strategy)):
        return SUPERNET_OBJECTIVES
    return TABLES[kind]


def build_plugins(config: SearchConfig, *, download: bool = False) -> Plugins:
    """Return the configuration's space, fitness and pictures; raises UsageError where one refuses."""
    from fitness import SeededFitness, SelectiveFitness
    from tasks import open_images

    space = SPACES.build(config.space.name, config.space.options)
    images = open_images(config.data, data_root=Path(config.data_root) if config.data_root else None, download=download)
    fitness = SCORING.build(config.fitness.name, config.fitness.options, source=images)
    if isinstance(fitness, SelectiveFitness) and (reason := fitness.accepts(space)):
        raise UsageError(f"fitness {config.fitness.name!r} cannot score space {config.space.name!r}: {reason}")
    if isinstance(fitness, SeededFitness):
        fitness.check_seed(config.seed)
    return Plugins(space, fitness, images)


def build_strategy(config: SearchConfig, space: "SearchSpace[Any]") -> "SearchStrategy":
    """Return a fresh strategy over ``space``; raises UsageError where it refuses its options."""
    strategy: SearchStrategy = STRATEGIES.build(config.strategy.name, config.strategy.options, space=space)
    return strategy
