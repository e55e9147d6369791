"""A differentiable search that takes a second: NAS-Bench-201 at 4 channels, an image of 8 x 8 pixels."""

from typing import Any

import torch

from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.darts import DartsRelaxation
from fitness import OBJECTIVES
from spaces.nasbench201.space import NasBench201
from tasks import Batch, ImageBatch
from tasks.images.noise import NoiseImages

SETTINGS = {"epochs": 4, "batch": 4, "pictures": 24, "held_out": 8, "precision": "float32", "augment": False}


class Noting:
    """An objective that notes which images it prepares."""

    def __init__(self, setup: SupernetSetup) -> None:
        self._inner = setup.objective
        self.seen: list[float] = []

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        self.seen.extend(batch.images[:, 0, 0, 0].tolist())
        return self._inner.prepare(batch, generator)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def make_setup(objective: str = "masked_autoencoding", *, seed: int = 0, **options: Any) -> SupernetSetup:
    """Return a setup of 24 images of noise, four at a time: three steps to an epoch."""
    images = NoiseImages(size=8)
    made = OBJECTIVES.build(objective, {}, source=images)
    settings = GradientSettings(**{**SETTINGS, **options})
    space = NasBench201(stem_channels=4, cells_per_stage=1)
    return SupernetSetup(space, images, made, settings, seed, torch.device("cpu"))


def make_trainer(setup: SupernetSetup, relaxation: Any = None) -> SupernetTrainer:
    """Return a trainer of plain DARTS, or of another variant."""
    relaxation = relaxation or DartsRelaxation()
    epochs = setup.settings.epochs * relaxation.stages
    return SupernetTrainer(setup, SupernetData(setup), relaxation, epochs)
