"""A search by gradient that takes a second: NAS-Bench-201 at 4 channels, a picture of 8 x 8 pixels."""

from typing import Any

import torch

from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.bilevel.supernet_data import Course, Halves
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.darts import Darts
from fitness import OBJECTIVES
from spaces.nasbench201.space import NasBench201
from tasks.images.noise import NoiseImages

SETTINGS = {"epochs": 4, "batch": 4, "pictures": 24, "held_out": 8, "precision": "float32", "augment": False}


def make_course(objective: str = "masked_autoencoding", *, seed: int = 0, **options: Any) -> Course:
    """Return a course of 24 pictures of noise, four at a time: three steps to an epoch."""
    images = NoiseImages(size=8)
    made = OBJECTIVES.build(objective, {}, source=images)
    settings = GradientSettings(**{**SETTINGS, **options})
    space = NasBench201(stem_channels=4, cells_per_stage=1)
    return Course(space, images, made, settings, seed, torch.device("cpu"))


def make_trainer(course: Course, relaxation: Any = None) -> SupernetTrainer:
    """Return a trainer of plain DARTS, or of another variant."""
    relaxation = relaxation or Darts()
    epochs = course.settings.epochs * getattr(relaxation, "stages", 1)
    return SupernetTrainer(course, Halves(course), relaxation, epochs)
