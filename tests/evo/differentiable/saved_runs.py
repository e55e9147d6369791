"""Folders of small differentiable searches, made without Ray: a configuration, and a supernet after so many epochs."""

from pathlib import Path

from evo.differentiable.supernet_worker import SupernetWorker
from evo.engine.plugins import resolve_choice
from evo.records.config import SearchConfig
from evo.storage import checkpoint
from evo.storage.durable_files import write_json
from evo.storage.run_folder import CONFIG

TRAINING = {
    "epochs": "2",
    "pictures": "48",
    "batch": "8",
    "held_out": "16",
    "learning_rate": "0.1",
    "precision": "float32",
    "threads": "1",
}
SIZES = {
    "nasbench201": {"stem_channels": "4", "cells_per_stage": "1"},
    "darts": {"channels": "4", "cells": "3"},
    "s4": {"channels": "4", "cells": "3"},
}


def config_of(
    strategy: str = "darts", objective: str = "masked_autoencoding", space: str = "nasbench201", **options: str
) -> SearchConfig:
    return SearchConfig(
        resolve_choice("space", space, SIZES[space]),
        resolve_choice("fitness", objective, {}, strategy=strategy),
        resolve_choice("strategy", strategy, {**TRAINING, **options}),
        data="tests.tiny_images:tiny_noise",
    )


def write_run(folder: Path, config: SearchConfig, *, epochs: int = 2, seed: int = 0) -> Path:
    """Return the folder, which now holds the supernet of a seed after ``epochs`` of its training."""
    folder.mkdir(exist_ok=True)
    write_json(folder / CONFIG, {"search": config.to_json(), "limits": {"evaluations": 1}})
    worker = SupernetWorker(config.to_json(), seed)
    for _ in range(epochs):
        checkpoint.write(folder, seed, worker.epoch().content)
    return folder
