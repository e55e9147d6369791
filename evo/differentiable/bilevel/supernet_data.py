"""What one supernet is trained on, from its seed alone: pictures for either level, and pictures to judge it by.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.relaxations.base import Level
from fitness import EvalContext, Objective
from fitness.base import LabellingObjective
from fitness.training.batches import PicturePool, ShiftedPool, on_device, pictures_in
from fitness.training.loop import Batches
from spaces import RelaxableSpace
from tasks import (
    ImageBatch,
    ImageSource,
    IndexedSource,
    Split,
    derive_rng,
    derive_seed,
    normalisation_of,
    torch_generator,
)
from tasks.foundation.errors import UsageError


@dataclass(frozen=True, eq=False)
class Course:
    """A space to search, an objective to train on, settings, and the seed that all that is random derives from."""

    space: RelaxableSpace
    images: ImageSource
    objective: Objective
    settings: GradientSettings
    seed: int
    device: torch.device

    def generator(self, *names: str | int) -> torch.Generator:
        """Return the generator of a purpose."""
        return torch_generator(derive_rng(self.seed, "supernet", *names), self.device)

    def context(self) -> EvalContext:
        """Return what fitnesses would be given."""
        return EvalContext(
            space=self.space,
            images=self.images,
            data_seed=self.seed,
            rng=derive_rng(self.seed, "supernet"),
            device=self.device,
        )


class Halves:
    """The training pictures of a run, one half for weights and the other for architecture parameters.

    Others are held out to judge by: of a source that shows its pictures by number from its training split, too, so that
    its other split is left for who tests what is found. Two seeds divide them differently.
    """

    def __init__(self, course: Course, *, reserved: int = 0) -> None:
        """Draw the pictures; raises UsageError where they fill no batch at either level.

        reserved: how many pictures the run held out, where other than are judged by now, so that it trains on the same.
        """
        self._course = course
        settings, count = course.settings, pictures_of(course)
        pictures, held_out = _divided(course, count, max(reserved, held_out_of(course)))
        self.weights, self.architecture = _part(pictures, 0, count // 2), _part(pictures, count // 2, count)
        self.steps = len(self.weights.images) // settings.batch
        """Steps of an epoch."""
        judged = held_out_of(course)
        self.held_out: Sequence[ImageBatch] = list(
            PicturePool(_part(held_out, 0, judged), settings.batch, judged // settings.batch, seed=0)
        )

    def batches(self, level: Level, epoch: int, steps: int) -> Batches:
        """Return batches of the half for weights or for the architecture, in an order of this epoch's own.

        More steps than the half has batches begin it again in another order.
        """
        half = self.weights if level is Level.WEIGHTS else self.architecture
        seed = derive_seed(self._course.seed, "supernet", level, epoch)
        pool = PicturePool(half, self._course.settings.batch, steps, seed)
        if not self._course.settings.augment:
            return pool
        shifts = self._course.generator("augment", level, epoch)
        return ShiftedPool(pool, shifts, normalisation_of(self._course.images))


def pictures_of(course: Course) -> int:
    """Return how many training pictures a run has; raises UsageError where they fill no batch at either level."""
    settings, held = course.settings, pictures_in(course.images)
    left = held - (held_out_of(course) if isinstance(course.images, IndexedSource) else 0)
    count = min(settings.pictures or left, left)
    if count < 2 * settings.batch:
        raise UsageError(
            f"{count} of {held} training pictures do not fill a batch of {settings.batch} at either level; take a "
            "smaller strategy.batch"
        )
    return count


def held_out_of(course: Course) -> int:
    """Return how many pictures a run is judged by, in whole batches: at most a quarter of a source that has an end."""
    settings, images = course.settings, course.images
    most = pictures_in(images) // 4 if isinstance(images, IndexedSource) else settings.held_out
    return max(min(settings.held_out, most) // settings.batch, 1) * settings.batch


def _divided(course: Course, count: int, reserved: int) -> tuple[ImageBatch, ImageBatch]:
    """Return ``count`` pictures to train on and ``reserved`` others."""
    if not isinstance(course.images, IndexedSource):
        return _drawn(course, count, Split.TRAIN), _drawn(course, reserved, Split.VALIDATION)
    rng = derive_rng(course.seed, "supernet", "pictures")
    order = rng.permutation(course.images.count(Split.TRAIN))
    held_out, pictures = (course.images.at(part) for part in (order[:reserved], order[reserved : reserved + count]))
    return _ready(course, pictures, rng), _ready(course, held_out, rng)


def _drawn(course: Course, count: int, split: Split) -> ImageBatch:
    rng = derive_rng(course.seed, "supernet", "pictures", split)
    return _ready(course, course.images.draw(count, rng, split=split), rng)


def _ready(course: Course, pictures: ImageBatch, rng: np.random.Generator) -> ImageBatch:
    if isinstance(course.objective, LabellingObjective):
        pictures = course.objective.label(pictures, rng)
    return on_device(pictures, course.device)


def _part(pictures: ImageBatch, first: int, last: int) -> ImageBatch:
    labels = pictures.labels
    return ImageBatch(pictures.images[first:last], None if labels is None else labels[first:last])
