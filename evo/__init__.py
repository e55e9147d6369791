"""selfnas: neural architecture search without labels; search = space x fitness x strategy.

The names below are imported when they are first asked for, so that ``import evo`` costs next to nothing. Modules of the
same names as a function, such as ``evo.correlate``, are commands for ``python -m`` and are imported by nobody.
"""

import logging
from typing import TYPE_CHECKING

__distribution__ = "selfnas"

_HOMES = {
    "Evaluation": "evo.records.trial",
    "FailedRunError": "evo.records.failures",
    "FitRequest": "evo.strategies.fitting",
    "FittingStrategy": "evo.strategies.fitting",
    "LiveRun": "evo.engine.observer",
    "MLflow": "evo.tracking.mlflow",
    "Nsga2": "evo.strategies.nsga2",
    "Observer": "evo.engine.observer",
    "Proposal": "evo.records.trial",
    "RandomSearch": "evo.strategies.random_search",
    "Ranker": "evo.ranking.ranker",
    "Record": "evo.records.record",
    "RegularizedEvolution": "evo.strategies.regularized_evolution",
    "Relaxation": "evo.differentiable.relaxations.base",
    "Run": "evo.runs",
    "Scored": "evo.engine.scored",
    "SearchStrategy": "evo.strategies.base",
    "Study": "evo.study",
    "TensorBoard": "evo.tracking.tensorboard",
    "UsageError": "tasks.foundation.errors",
    "WeightsAndBiases": "evo.tracking.wandb",
    "correlate": "evo.correlation.correlation",
    "draw": "evo.drawing.drawing",
    "export": "evo.exporting.exporting",
    "label": "evo.labelling.labelling",
    "leaderboard": "evo.boards.leaderboard",
    "load": "evo.api",
    "report": "evo.reporting.report",
    "score": "evo.api",
    "search": "evo.api",
    "status": "evo.reporting.status",
    "train": "evo.retraining.retraining",
}
__all__ = sorted(_HOMES)

logging.getLogger(__name__).addHandler(logging.NullHandler())  # who wants to read it adds a handler of their own

if TYPE_CHECKING:
    from evo.api import load as load
    from evo.api import score as score
    from evo.api import search as search
    from evo.boards.leaderboard import leaderboard as leaderboard
    from evo.correlation.correlation import correlate as correlate
    from evo.differentiable.relaxations.base import Relaxation as Relaxation
    from evo.drawing.drawing import draw as draw
    from evo.engine.observer import LiveRun as LiveRun
    from evo.engine.observer import Observer as Observer
    from evo.engine.scored import Scored as Scored
    from evo.exporting.exporting import export as export
    from evo.labelling.labelling import label as label
    from evo.ranking.ranker import Ranker as Ranker
    from evo.records.failures import FailedRunError as FailedRunError
    from evo.records.record import Record as Record
    from evo.records.trial import Evaluation as Evaluation
    from evo.records.trial import Proposal as Proposal
    from evo.reporting.report import report as report
    from evo.reporting.status import status as status
    from evo.retraining.retraining import train as train
    from evo.runs import Run as Run
    from evo.strategies.base import SearchStrategy as SearchStrategy
    from evo.strategies.fitting import FitRequest as FitRequest
    from evo.strategies.fitting import FittingStrategy as FittingStrategy
    from evo.strategies.nsga2 import Nsga2 as Nsga2
    from evo.strategies.random_search import RandomSearch as RandomSearch
    from evo.strategies.regularized_evolution import RegularizedEvolution as RegularizedEvolution
    from evo.study import Study as Study
    from evo.tracking.mlflow import MLflow as MLflow
    from evo.tracking.tensorboard import TensorBoard as TensorBoard
    from evo.tracking.wandb import WeightsAndBiases as WeightsAndBiases
    from tasks.foundation.errors import UsageError as UsageError
else:  # hidden from type checkers: they would take every misspelt name for Any

    def __getattr__(name: str) -> object:
        """Return a public name, imported now; raises AttributeError for any other, ImportError but on Linux."""
        import importlib

        from tasks.foundation.import_guard import foreign_system

        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if complaint := foreign_system():
            raise ImportError(complaint)
        value = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Return the public names, imported or not."""
        return sorted({*globals(), *_HOMES})
