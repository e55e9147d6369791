"""The trackers by name, as ``--track`` takes them; each module is imported when first asked for."""

from collections.abc import Sequence

from evo.engine.choices import split_text
from evo.engine.observer import Observer
from evo.tracking.base import Tracker
from tasks.foundation.errors import UsageError
from tasks.foundation.plugins import PluginTable

TRACKERS = PluginTable(
    kind="tracker",
    group="selfnas.trackers",
    builtin={
        "tensorboard": "evo.tracking.tensorboard:TensorBoard",
        "mlflow": "evo.tracking.mlflow:MLflow",
        "wandb": "evo.tracking.wandb:WeightsAndBiases",
    },
    methods=("started", "finished", "ended"),
    abilities=("epoch", "tick", "during_reference"),
)


def trackers_of(texts: Sequence[str]) -> list[Observer]:
    """Return the trackers that texts name, each with its options in parentheses; raises UsageError."""
    made = [TRACKERS.build(*split_text(text, "--track")) for text in texts]
    marks = [one.marked for one in made if isinstance(one, Tracker)]
    if len(set(marks)) < len(marks):
        raise UsageError(f"--track {', '.join(texts)}: one of them is given twice; give each once")
    return made
