"""What a search is: names, options, seeds; what determines its rows, and what may change when it is resumed."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo import differentiable
from evo.strategies import STRATEGIES
from evo.strategies.strategy_table import searches_by_gradient
from fitness import FITNESSES, OBJECTIVES
from spaces import SPACES
from tasks.errors import UsageError
from tasks.plugins import PluginTable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from evo.strategies.base import SearchStrategy
    from fitness import Fitness
    from spaces import SearchSpace
    from tasks import ImageSource

SCORING = replace(FITNESSES, builtin={**FITNESSES.builtin, **differentiable.FITNESSES})
"""All that can score candidates: fitnesses, and those of them that need what the engine has trained."""
TABLES: dict[str, PluginTable] = {"space": SPACES, "fitness": SCORING, "strategy": STRATEGIES}
SUPERNET_OBJECTIVES = replace(OBJECTIVES, kind="fitness")
"""What ``fitness`` may be beside a strategy that searches by gradient: objectives, with no options but their own."""
LEAST_AHEAD = 16
MOST_DIGITS = 18
AUTO_AHEAD = 0  # to be settled once the number of workers is known
DEFAULT_STRATEGY = "regularized_evolution"
SHORTHANDS = {
    "population": ("strategy", "population"),
    "tournament": ("strategy", "tournament"),
    "panel": ("fitness", "panel"),
    "panel_size": ("fitness", "panel_size"),
    "panel_held_out": ("fitness", "held_out"),
}
"""Flags, and keys of recipes, that are options of a plug-in."""


def as_json(record: "DataclassInstance") -> dict[str, Any]:
    """Return a record as JSON values; what JSON does not know becomes a text."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(record), default=str))
    return values


@dataclass(frozen=True)
class Choice:
    """A plug-in by name, with every option it takes."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchConfig:
    """Everything that determines the rows of a search; a run folder belongs to one of these.

    data: spec of the pictures; data_root: folder of their archives; ahead: trials proposed before the oldest of them is
    told, or ``AUTO_AHEAD``; reuse: whether equal candidates are scored once.
    """

    space: Choice
    fitness: Choice
    strategy: Choice
    data: str = "photos"
    data_root: str | None = None
    seed: int = 0
    ahead: int = AUTO_AHEAD
    reuse: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return as_json(self)

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "SearchConfig":
        """Return the configuration that ``to_json`` wrote; raises KeyError or TypeError for anything else."""
        choices: dict[str, Any] = {kind: Choice(**values[kind]) for kind in TABLES}
        for kind, choice in choices.items():
            _check_type(f"{kind}.name", choice.name, str)
            _check_type(f"{kind}.options", choice.options, Mapping)
        for name, kinds in _JSON_TYPES.items():
            _check_type(name, values.get(name), kinds)
        return SearchConfig(**{**values, **choices})


_JSON_TYPES: dict[str, Any] = {"data": str, "data_root": str | None, "seed": int, "ahead": int, "reuse": bool}


def _check_type(name: str, value: object, kinds: Any) -> None:
    if not isinstance(value, kinds):
        raise TypeError(f"{name} is {value!r}")


@dataclass(frozen=True)
class Limits:
    """When a search ends; may change when it is resumed.

    evaluations: trials in all; max_minutes: minutes of this process after which nothing new is proposed;
    trial_timeout_s: seconds that one trial may take on its worker.
    """

    evaluations: int = 450
    max_minutes: float | None = None
    trial_timeout_s: float | None = None

    def __post_init__(self) -> None:
        """Raise UsageError for a count or time that is not positive."""
        if self.evaluations < 1:
            raise UsageError(f"--evaluations {self.evaluations}: must be at least 1")
        if self.max_minutes is not None and not self.max_minutes > 0:
            raise UsageError(f"--max-minutes {self.max_minutes:g}: must be more than 0")
        if self.trial_timeout_s is not None and not 0 < self.trial_timeout_s < math.inf:
            raise UsageError(f"--trial-timeout {self.trial_timeout_s:g}: must be more than 0 seconds, and finite")


@dataclass(frozen=True)
class Plugins:
    """The objects that a configuration names."""

    space: "SearchSpace[Any]"
    fitness: "Fitness"
    images: "ImageSource"


def whole_number(text: str) -> int:
    """Return the number that an option's text spells in digits alone, or 0 where it is none or absurdly long."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


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
