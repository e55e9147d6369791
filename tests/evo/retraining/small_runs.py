"""What tests of trainings share: run folders of tiny searches, trainings, and settings that take a second.

Ray is nowhere: supernets are trained in this process, and scores are made up.
"""

from pathlib import Path
from typing import Any

import torch

from evo.commands.train_options import read_command
from evo.differentiable.supernet_worker import SupernetWorker
from evo.engine.plugins import resolve_choice
from evo.records.config import Limits, SearchConfig
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.retraining.config import ResolvedTraining, resolve_training
from evo.retraining.labelled_images import LabelledImages, load_images
from evo.retraining.request import TrainRequest
from evo.retraining.settings import TrainSettings
from evo.storage import checkpoint
from evo.storage.run_folder import RunFolder
from evo.storage.run_log import RunLog
from spaces import InputSpec
from tests.tiny_images import TinyLabels

DATA = "tests.tiny_images:tiny_labels"
SPEC, CLASSES = InputSpec(3, 8), TinyLabels.num_classes
CPU = torch.device("cpu")
QUICK = ["--data", DATA, "--epochs", "3", "--batch", "4", "--quiet", "--set", "train.threads=1"]
QUICK += ["--set", "train.precision=float32"]
SUPERNET = {"epochs": "1", "pictures": "16", "batch": "4", "held_out": "4", "threads": "1", "precision": "float32"}
SEEDS, BEST = (10, 11), 11


def gradient_config(strategy: str = "darts", space: str = "darts", **options: str) -> SearchConfig:
    size = {"channels": "4", "cells": "3"} if space != "nasbench201" else {"stem_channels": "4", "cells_per_stage": "1"}
    return SearchConfig(
        resolve_choice("space", space, size),
        resolve_choice("fitness", "rotation", {}, strategy=strategy),
        resolve_choice("strategy", strategy, {**SUPERNET, **options}),
        data="tests.tiny_images:tiny_noise",
        seed=SEEDS[0],
    )


def write_gradient_run(path: Path, config: SearchConfig, *, seeds: tuple[int, ...] = SEEDS, epochs: int = 1) -> Path:
    """Train a supernet per seed; the last one has the best score."""
    with RunFolder(path) as folder:
        folder.claim(config, Limits(evaluations=len(seeds)))
    for seed in seeds:
        worker = SupernetWorker(config.to_json(), seed)
        done = [worker.epoch() for _ in range(epochs)][-1]
        checkpoint.write(path, seed, done.content)
        _log(path, seed - config.seed, done.progress.derived or "", seed)
    return path


def write_evolution_run(path: Path, candidates: list[str], space: str = "nds_resnet") -> Path:
    """Log candidates, the last one with the best score."""
    config = SearchConfig(
        resolve_choice("space", space, {}),
        resolve_choice("fitness", "params", {}),
        resolve_choice("strategy", "random_search", {}),
        data="noise",
    )
    with RunFolder(path) as folder:
        folder.claim(config, Limits(evaluations=len(candidates) or 1))
    for number, candidate in enumerate(candidates):
        _log(path, number, candidate, number)
    return path


def write_failed_run(path: Path, config: SearchConfig, errors: list[str], *, asked: int | None = None) -> Path:
    """Log a trial without a score per error, of a run that was asked for so many."""
    with RunFolder(path) as folder:
        folder.claim(config, Limits(evaluations=asked or len(errors)))
    for number, error in enumerate(errors):
        _log(path, number, "", config.seed + number, Outcome(Status.FAILED, error=error))
    return path


def _log(path: Path, number: int, candidate: str, seed: int, outcome: Outcome | None = None) -> None:
    log = RunLog(path)
    trial = Trial(number, None, None, candidate, candidate, seed)
    log.append(Finished(trial, outcome or Outcome(Status.COMPLETED, fitness=float(number)), attempts=1))
    log.flush()


def resolved_of(run: Path, *options: str) -> ResolvedTraining:
    request = read_command([str(run), *QUICK, *options]).request
    assert isinstance(request, TrainRequest)
    return resolve_training(request)


def quick_settings(**options: Any) -> TrainSettings:
    """Return settled settings: three epochs of six steps."""
    own: dict[str, Any] = {"epochs": 3, "batch": 4, "precision": "float32", "cutout": 4, "drop_path": 0.2}
    return TrainSettings(**{**own, "auxiliary": 0.4, **options})


def tiny_label_images() -> LabelledImages:
    return load_images(TinyLabels(), CPU)


def result_of(init: str, seed: int, accuracy: float, *, fraction: float = 1.0, **inherited: Any) -> dict[str, Any]:
    """Return what a training is said to have come to."""
    own = {"init": init, "seed": seed, "test_accuracy": accuracy, "epochs": 3, "params": 1_500_000}
    taken = {"share": 0.0, "lost": 0, "epochs": 1, "labels": None, **inherited}
    return {**own, "inherited": taken, "setting": {"label_fraction": fraction}}
