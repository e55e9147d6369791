"""The rows of a run as labelled candidates: its fitnesses, of each candidate that has one."""

from pathlib import Path

import numpy as np

from evo.correlation.labels import LabelledTable
from evo.engine.plugins import SCORING
from evo.ranking.label_source import LabelSource
from evo.ranking.written_choice import as_written
from evo.records.config import TOLD, SearchConfig
from evo.records.trial import Status
from evo.storage.run_folder import read_config
from evo.storage.run_log import read_table

_COLUMNS = ["trial_id", "candidate", "key", "status", "fitness"]


def read_run(folder: Path) -> LabelSource:
    """Return the completed candidates of a run, each once; raises UsageError where there is no run.

    Nothing that the folder names is imported.
    """
    config = read_config(folder)
    found: dict[str, tuple[str, float]] = {}
    for row in read_table(folder, _COLUMNS).to_pylist():
        if row["status"] == Status.COMPLETED:
            found.setdefault(row["key"], (row["candidate"], row["fitness"]))
    texts, labels = [text for text, _ in found.values()], [fitness for _, fitness in found.values()]
    kind = _kind_of(config)
    return LabelSource(LabelledTable(folder.name, kind, texts, np.array(labels, dtype=float)), kind, folder, config)


def _kind_of(config: SearchConfig) -> str:
    """Return what the labels of a run are, e.g. ``fitness regression(task=N) on photos``."""
    if config.fitness.name == TOLD:
        return "fitness told"
    return f"fitness {as_written(SCORING, config.fitness)} on {config.data}"
