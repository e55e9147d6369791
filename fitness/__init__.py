"""What is maximised: fitnesses and the self-supervised objectives behind them, one table of names."""

from typing import TYPE_CHECKING, Any

from fitness.fitness_table import TRAINED, FitnessTable
from tasks.foundation.plugins import PluginTable, Variant

if TYPE_CHECKING:
    from fitness.base import (
        AbandonedError,
        DeadlineExceededError,
        EvalContext,
        Fitness,
        Objective,
        Score,
        SeededFitness,
        SelectiveFitness,
    )

__distribution__ = "selfnas"

__all__ = [
    "FITNESSES",
    "OBJECTIVES",
    "AbandonedError",
    "DeadlineExceededError",
    "EvalContext",
    "Fitness",
    "Objective",
    "Score",
    "SeededFitness",
    "SelectiveFitness",
]

_ZERO_COST = ("fisher", "grad_norm", "grasp", "jacob_cov", "naswot", "snip", "synflow")

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

OBJECTIVES = PluginTable(
    kind="objective",
    group="selfnas.objectives",
    builtin=_OBJECTIVES,
    supplied=("source",),
    methods=("prepare", "head", "loss"),
)

FITNESSES = FitnessTable(
    kind="fitness",
    group="selfnas.fitness",
    builtin={
        "regression": "fitness.regression.fitness:RegressionFitness",
        **{
            measure: Variant("fitness.zero_cost.fitness:ZeroCostFitness", {"measure": measure})
            for measure in _ZERO_COST
        },
        "vote": "fitness.zero_cost.vote:VoteFitness",
        **{counted: Variant("fitness.counting:SizeFitness", {"of": counted}) for counted in ("params", "macs")},
        "random": "fitness.counting:RandomFitness",
        "angle": "fitness.training.angle:AngleFitness",
        "rank_correlation": "fitness.rank_correlation.fitness:RankCorrelationFitness",
        "tabular": "fitness.tabular:TabularFitness",
        TRAINED: "fitness.training.fitness:TrainedFitness",
        **{name: Variant("fitness.training.fitness:TrainedFitness", {"objective": name}) for name in _OBJECTIVES},
    },
    supplied=("source",),
    methods=("__call__",),
)


def __getattr__(name: str) -> Any:
    """Import the contracts, and torch with them, only when they are first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from fitness import base

    return getattr(base, name)
