"""The plug-ins that a search is built of: which names there are, and the objects that a configuration names."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from evo.engine.data_options import open_source, passed_again
from evo.engine.image_fit import check_fit
from evo.records.config import Choice, SearchConfig
from fitness import FITNESSES, OBJECTIVES
from spaces import SPACES
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import parse_plugin
from tasks.foundation.plugins import PluginTable

if TYPE_CHECKING:
    from evo.constraints.size_limits import SizeLimits
    from evo.strategies.base import SearchStrategy
    from fitness import Fitness
    from spaces import SearchSpace
    from tasks import ImageSource

NO_OBJECTS: Mapping[str, object] = MappingProxyType({})
SUPERNET_FITNESSES: Mapping[str, str] = {"inherited": "evo.differentiable.one_shot.inherited_fitness:InheritedFitness"}
"""Name of a fitness that needs a trained supernet -> ``module:attribute`` of its factory."""
SCORING = replace(FITNESSES, builtin={**FITNESSES.builtin, **SUPERNET_FITNESSES})
"""All that can score candidates: fitnesses, and those of them that need what the engine has trained."""
SUPERNET_OBJECTIVES = replace(OBJECTIVES, kind="fitness")
"""What ``fitness`` may be beside a strategy that trains a supernet: objectives, with no options but their own."""
DEFAULT_STRATEGY, DEFAULT_OF_SEVERAL = "regularized_evolution", "nsga2"
"""What a search by its fitness alone takes unless another is named, and what one by several objectives does."""
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

    def notes(self, label: str) -> list[str]:
        """Return a line for each option of the fitness, which is called ``label``, that is not met as given."""
        return [f"note: {label}: {each}" for each in self.fitness.options_in_force(self.images)]

    def gaining(self, label: str) -> list[str]:
        """Return the fitness, which is called ``label``, in words where it gains from a GPU; nothing where not."""
        return [f"fitness {label}"] if self.fitness.needs_cuda else []


def resolve_choice(kind: str, name: str, options: Mapping[str, object], *, strategy: str | None = None) -> Choice:
    """Return a plug-in's name with every option checked and filled in; raises UsageError.

    strategy: the one that it goes with, where that makes a difference.
    """
    return Choice(name, table_of(kind, strategy).resolve(name, options))


def table_of(kind: str, strategy: str | None = None) -> PluginTable:
    """Return the plug-ins of a kind, a strategy's fitnesses where one is named; raises UsageError for an unknown one.

    Strategies are imported where they are asked for: to score a candidate takes none.
    """
    if kind == "space":
        return SPACES
    if kind == "fitness" and strategy is None:
        return SCORING
    from evo.strategies import STRATEGIES
    from evo.strategies.kinds import SearchKind

    if kind == "strategy" or strategy is None:
        return STRATEGIES
    return SUPERNET_OBJECTIVES if STRATEGIES.kind_of(strategy) is SearchKind.DIFFERENTIABLE else SCORING


def build_plugins(
    config: SearchConfig, *, objects: Mapping[str, object] = NO_OBJECTS, download: bool = False
) -> Plugins:
    """Return the configuration's space, fitness and images; raises UsageError where one refuses.

    objects: the caller's own, by axis, in place of what the configuration's name would make.
    """
    space: SearchSpace[Any] = make("space", config, objects)
    images = open_source(config, objects, download=download)
    fitness: Fitness = make("fitness", config, objects, source=images)
    check_match(config, space, fitness)
    check_fit(space, images, named=config.space.name, data=config.data)
    return Plugins(space, fitness, images)


def screening_plugins(config: SearchConfig, plugins: Plugins, screen: str) -> Plugins:
    """Return a run's plug-ins with another fitness, that of the text ``screen``, which scores candidates cheaply.

    Raises UsageError where it is unknown, cannot score the space, or wants others to be scored before.
    """
    named = parse_plugin(screen, option="strategy.screen", example="'naswot'")
    cheap = replace(config, fitness=resolve_choice("fitness", named.name, named.given()), objects=())
    fitness: Fitness = make("fitness", cheap, NO_OBJECTS, source=plugins.images)
    check_match(cheap, plugins.space, fitness)
    if fitness.reference_request(plugins.space) is not None:
        raise UsageError(
            f"strategy.screen={screen!r}: it compares with candidates scored before; name one that does not"
        )
    return replace(plugins, fitness=fitness)


def check_match(config: SearchConfig, space: "SearchSpace[Any]", fitness: "Fitness") -> None:
    """Raise UsageError where the fitness cannot score the space, or not by this seed."""
    if reason := fitness.accepts(space):
        raise UsageError(f"fitness {config.fitness.name!r} cannot score space {config.space.name!r}: {reason}")
    fitness.check_seed(config.seed)


def build_strategy(
    config: SearchConfig,
    space: "SearchSpace[Any]",
    *,
    objects: Mapping[str, object] = NO_OBJECTS,
    sizes: "SizeLimits | None" = None,
) -> "SearchStrategy":
    """Return a fresh strategy over ``space``; raises UsageError where it refuses its options.

    sizes: the limits within which it proposes, None for none
    """
    if sizes is None:
        return _begun(config, space, objects)
    from evo.constraints.narrowed_space import narrowed
    from evo.constraints.size_limits import Refused
    from evo.constraints.within_limits import WithinLimits

    refused = Refused(sizes)
    return WithinLimits(_begun(config, narrowed(space, refused), objects), space, refused)


def _begun(config: SearchConfig, space: "SearchSpace[Any]", objects: Mapping[str, object]) -> "SearchStrategy":
    from evo.strategies.base import SearchStrategy

    made: Any = make("strategy", config, objects, space=space)
    if "strategy" in objects:
        made = _fresh_copy(made)
    if isinstance(made, SearchStrategy):
        made.begin(space, expected=len(config.initial))
    if not config.initial:
        return cast(SearchStrategy, made)
    from evo.strategies.warm_start import WarmStart

    return WarmStart([_initial(space, text) for text in config.initial], made)


def _fresh_copy(strategy: Any) -> Any:
    try:
        return copy.deepcopy(strategy)
    except Exception as error:  # whatever the caller's object holds
        raise UsageError(
            f"strategy {strategy!r} cannot be copied for this run ({error}); keep what cannot be copied out of it"
        ) from error


def make(
    kind: str,
    config: SearchConfig,
    objects: Mapping[str, object],
    *,
    table: PluginTable | None = None,
    **supplied: object,
) -> Any:
    """Return the plug-in of an axis: the caller's own, or one made by its name; raises UsageError.

    table: where to look it up, None for all plug-ins of its kind.
    """
    choice: Choice = getattr(config, kind)
    table = table or table_of(kind)
    if kind in objects:
        return table.accept(objects[kind], choice.name)
    if kind in config.objects:
        raise passed_again(kind, choice.name)
    return table.build(choice.name, choice.options, **supplied)


def _initial(space: "SearchSpace[Any]", text: str) -> Any:
    try:
        return space.decode(text)
    except ValueError as error:
        raise UsageError(f"--initial {text!r}: {error}") from error
