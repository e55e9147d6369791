"""The table of fitnesses, in which an objective may stand for training on it."""

import functools
import inspect
from dataclasses import dataclass

from tasks.foundation.plugins import Factory, PluginTable

TRAINED = "trained"
_OBJECTIVE_METHODS = ("prepare", "head", "loss")


@dataclass(frozen=True)
class FitnessTable(PluginTable):
    """Plug-ins that score candidates; a class that is an objective is trained on, by the fitness ``trained``."""

    def load(self, name: str) -> Factory:
        """Return the factory called ``name``; raises UsageError where there is none or it cannot be imported."""
        factory = super().load(name)
        return functools.partial(super().load(TRAINED), objective=name) if _is_objective(factory) else factory


def _is_objective(factory: Factory) -> bool:
    if not inspect.isclass(factory):
        return False
    whole = all(callable(getattr(factory, name, None)) for name in _OBJECTIVE_METHODS)
    return whole and not any("__call__" in vars(each) for each in inspect.getmro(factory))
