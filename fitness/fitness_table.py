"""The fitnesses and the objectives by name, each imported when first asked for."""

import functools
import inspect
from dataclasses import dataclass
from typing import Any

from fitness.zero_cost.measures import MEASURES
from tasks import Factory, PluginTable, Variant
from tasks.foundation.named_attributes import has_methods

TRAINED = "trained"
_TRAINED_CLASS = "fitness.training.fitness:TrainedFitness"
_OBJECTIVE_METHODS = ("prepare", "head", "loss")

_OBJECTIVES: dict[str, str | Variant] = {
    "byol": "fitness.objectives.byol:Byol",
    "classification": "fitness.objectives.classification:Classification",
    "colorization": "fitness.objectives.colorization:Colorization",
    "contrastive": "fitness.objectives.contrastive:Contrastive",
    "jigsaw": "fitness.objectives.jigsaw:Jigsaw",
    "masked_autoencoding": "fitness.objectives.masked_autoencoding:MaskedAutoencoding",
    "patch_recovery": "fitness.objectives.patch_recovery:PatchRecovery",
    "random_labels": "fitness.objectives.random_labels:RandomLabels",
    "rotation": "fitness.objectives.rotation:Rotation",
}


@dataclass(frozen=True)
class FitnessTable(PluginTable):
    """Plug-ins that score candidates; an objective among them stands for training on it, by the fitness ``trained``."""

    def names(self) -> list[str]:
        """Return every known name, built in or installed, of objectives too."""
        return sorted({*super().names(), *OBJECTIVES.names()})

    def load(self, name: str) -> Factory:
        """Return the factory called ``name``; raises UsageError where there is none or it cannot be imported."""
        known = name in self.builtin or ":" in name  # asking for what is installed takes milliseconds
        if not known and name not in super().names() and name in OBJECTIVES.names():
            return self._trained(name)
        factory = super().load(name)
        if inspect.isclass(factory) and _is_objective(factory):
            named = name in OBJECTIVES.names() or ":" in name
            return self._trained(name if named else f"{factory.__module__}:{factory.__qualname__}")
        return factory

    def is_plugin(self, made_by: type) -> bool:
        """Return whether a class makes fitnesses, or objectives."""
        return super().is_plugin(made_by) or _is_objective(made_by)

    def _trained(self, objective: str) -> Factory:
        return functools.partial(super().load(TRAINED), objective=objective)

    def accept(self, made: object, name: str) -> Any:
        """Return a fitness that is made already, or the fitness of training on an objective; raises UsageError."""
        if not inspect.isclass(made) and _is_objective(type(made)):
            made = super().load(TRAINED)(objective=made)
        return super().accept(made, name)


def _is_objective(made_by: type) -> bool:
    whole = all(callable(getattr(made_by, name, None)) for name in _OBJECTIVE_METHODS)
    return whole and not has_methods(made_by, ("__call__",))


OBJECTIVES = PluginTable(
    kind="objective",
    group="selfnas.objectives",
    builtin=_OBJECTIVES,
    supplied=("source",),
    methods=_OBJECTIVE_METHODS,
    base="fitness.objective:Objective",
)

FITNESSES = FitnessTable(
    kind="fitness",
    group="selfnas.fitness",
    builtin={
        "regression": "fitness.regression.fitness:RegressionFitness",
        "consensus": "fitness.consensus.fitness:ConsensusFitness",
        "az_nas": "fitness.consensus.az_nas:AzNasFitness",
        **{name: Variant(measure.made_by, {"measure": name}) for name, measure in MEASURES.items()},
        "zico_regression": "fitness.regression.zico:ZicoRegressionFitness",
        "vote": "fitness.zero_cost.vote:VoteFitness",
        **{counted: Variant("fitness.counting:SizeFitness", {"of": counted}) for counted in ("params", "macs")},
        "random": "fitness.counting:RandomFitness",
        "angle": "fitness.training.angle:AngleFitness",
        "rank_correlation": "fitness.rank_correlation.fitness:RankCorrelationFitness",
        "tabular": "fitness.tabular:TabularFitness",
        "ranker": "fitness.predictors.fitness:RankerFitness",
        TRAINED: _TRAINED_CLASS,
        **{name: Variant(_TRAINED_CLASS, {"objective": name}) for name in _OBJECTIVES},
    },
    supplied=("source",),
    methods=("__call__",),
    base="fitness.base:Fitness",
)
