"""The table of strategies, in which a variant of differentiable search stands for the search that it makes."""

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass

from evo.strategies.kinds import DifferentiableStrategy, DifferentiableVariant, SearchKind
from tasks import UsageError
from tasks.foundation.plugins import Factory, PluginTable, option_parameters

GRADIENT = "evo.differentiable.gradient_search:GradientSearch"
_STRATEGY, _VARIANT = "evo.strategies.base:SearchStrategy", "evo.differentiable.relaxations.base:Relaxation"
_CONTRACT = {"options", "begin", "gates", "on_epoch", "derive"}


@dataclass(frozen=True)
class StrategyTable(PluginTable):
    """Plug-ins that say what to try next; ``GradientSearch`` is made around a variant of differentiable search."""

    def load(self, name: str) -> Factory:
        """Return the factory called ``name``; raises UsageError where there is none or it cannot be imported."""
        factory = self.load_relaxation(name)
        return functools.partial(super().load(GRADIENT), relaxation=name) if is_relaxation(factory) else factory

    def load_relaxation(self, name: str) -> Factory:
        """Return the variant itself; raises UsageError as ``load`` does, and for one without the base class."""
        factory = super().load(name)
        if not is_relaxation(factory) and inspect.isclass(factory) and set(dir(factory)) >= _CONTRACT:
            raise UsageError(f"strategy {name!r}: derive it from evo.differentiable.relaxations.base.Relaxation")
        if is_relaxation(factory):
            self.check_spelling(factory, name)
        return factory

    def training_options(self) -> frozenset[str]:
        """Return the options that all variants of differentiable search have: how a supernet is trained."""
        search: type[DifferentiableStrategy] = super().load(GRADIENT)  # type: ignore[assignment]
        return frozenset(option_parameters(search.training))

    def is_plugin(self, made_by: type) -> bool:
        """Return whether a class makes strategies, or is, or would be, a variant of differentiable search."""
        own = (DifferentiableStrategy, DifferentiableVariant)
        return super().is_plugin(made_by) or issubclass(made_by, own) or set(dir(made_by)) >= _CONTRACT

    def required(self, made: object) -> tuple[str, ...]:
        """Return the methods that a strategy must have: one that trains a supernet has a run of its own."""
        return () if isinstance(made, DifferentiableStrategy) else self.methods

    def check_spelling(self, made: object, name: str) -> None:
        """Raise UsageError where a strategy, or a variant's class, has a name that is almost one of its contract's."""
        if not isinstance(made, DifferentiableStrategy):
            base = _VARIANT if is_relaxation(made) else _STRATEGY
            PluginTable(self.kind, self.group, {}, base=base).check_spelling(made, name)

    def kind_of(self, name: str) -> SearchKind:
        """Return which kind of search the strategy called ``name`` makes; raises UsageError as ``load`` does."""
        return SearchKind.DIFFERENTIABLE if is_relaxation(self.load_relaxation(name)) else SearchKind.EVOLUTION


def is_relaxation(factory: object) -> bool:
    """Return whether a factory is a class of a variant of differentiable search."""
    return inspect.isclass(factory) and issubclass(factory, DifferentiableVariant)


RELAXATIONS: Mapping[str, str] = {
    "darts": "evo.differentiable.relaxations.darts:DartsRelaxation",
    "darts_minus": "evo.differentiable.relaxations.darts_minus:DartsMinus",
    "gdas": "evo.differentiable.relaxations.gdas:Gdas",
    "p_darts": "evo.differentiable.relaxations.p_darts:PDarts",
    "path_binarised": "evo.differentiable.relaxations.path_binarised:PathBinarised",
    "pc_darts": "evo.differentiable.relaxations.pc_darts:PcDarts",
    "setn": "evo.differentiable.relaxations.setn:Setn",
}
"""Name of a variant -> ``module:attribute`` of its class, whose keyword parameters are its options."""
