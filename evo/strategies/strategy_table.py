"""The table of strategies, in which a gradient variant may stand for a search by it."""

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass

from tasks.foundation.plugins import Factory, PluginTable

GRADIENT = "evo.differentiable.gradient_search:GradientSearch"
_RELAXATION_METHODS = ("options", "begin", "gates", "on_epoch", "derive")


@dataclass(frozen=True)
class StrategyTable(PluginTable):
    """Plug-ins that say what to try next; a class that relaxes a space is searched with, by ``GradientSearch``."""

    def load(self, name: str) -> Factory:
        """Return the factory called ``name``; raises UsageError where there is none or it cannot be imported."""
        factory = super().load(name)
        return functools.partial(super().load(GRADIENT), relaxation=name) if is_relaxation(factory) else factory

    def load_relaxation(self, name: str) -> Factory:
        """Return the variant itself; raises UsageError as ``load`` does."""
        return super().load(name)

    def required(self, made: object) -> tuple[str, ...]:
        """Return the methods that a strategy must have: a search by gradient has a run of its own."""
        return () if searches_by_gradient(made) else self.methods


def is_relaxation(factory: Factory) -> bool:
    """Return whether a factory is a class with all that a gradient variant needs."""
    return inspect.isclass(factory) and all(callable(getattr(factory, name, None)) for name in _RELAXATION_METHODS)


def searches_by_gradient(strategy: object) -> bool:
    """Return whether a strategy, or what ``load`` returned for it, trains a supernet and proposes no candidates."""
    made = strategy.func if isinstance(strategy, functools.partial) else strategy
    return bool(getattr(made, "by_gradient", False))


RELAXATIONS: Mapping[str, str] = {
    "darts": "evo.differentiable.relaxations.darts:Darts",
    "darts_minus": "evo.differentiable.relaxations.darts_minus:DartsMinus",
    "gdas": "evo.differentiable.relaxations.gdas:Gdas",
    "p_darts": "evo.differentiable.relaxations.p_darts:PDarts",
    "path_binarised": "evo.differentiable.relaxations.path_binarised:PathBinarised",
    "pc_darts": "evo.differentiable.relaxations.pc_darts:PcDarts",
    "setn": "evo.differentiable.relaxations.setn:Setn",
}
"""Name of a variant -> ``module:attribute`` of its factory, whose keyword parameters are its options."""
