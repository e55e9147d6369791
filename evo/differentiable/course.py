"""What one supernet is trained on, from its seed alone: pictures for either level, and pictures to judge it by.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from evo.differentiable.base import Level
from evo.differentiable.settings import GradientSettings
from fitness import EvalContext, Objective
from fitness.base import LabellingObjective
from fitness.picture_pool import PicturePool, ShiftedPool, on_device, pictures_in
from fitness.training import Batches
from spaces import RelaxableSpace
from tasks import ImageBatch, ImageSource, Split, derive_rng, derive_seed, normalisation_of, torch_generator
from tasks.errors import UsageError


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

    Others are held out to judge by. Two seeds divide them differently.
    """

    def __init__(self, course: Course) -> None:
        """Draw the pictures; raises UsageError where they fill no batch at either level."""
        self._course = course
        settings, count = course.settings, pictures_of(course)
        pictures = _drawn(course, count, Split.TRAIN)
        self.weights, self.architecture = _part(pictures, 0, count // 2), _part(pictures, count // 2, count)
        self.steps = len(self.weights.images) // settings.batch
        """Steps of an epoch."""
        asked = settings.held_out // settings.batch * settings.batch
        self.held_out: Sequence[ImageBatch] = list(
            PicturePool(_drawn(course, asked, Split.VALIDATION), settings.batch, asked // settings.batch, seed=0)
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
    count = min(settings.pictures or held, held)
    if count < 2 * settings.batch:
        raise UsageError(
            f"{count} training pictures do not fill a batch of {settings.batch} at either level; take a smaller "
            "strategy.batch"
        )
    return count


def _drawn(course: Course, count: int, split: Split) -> ImageBatch:
    rng = derive_rng(course.seed, "supernet", "pictures", split)
    pictures = course.images.draw(count, rng, split=split)
    if isinstance(course.objective, LabellingObjective):
        pictures = course.objective.label(pictures, rng)
    return on_device(pictures, course.device)


def _part(pictures: ImageBatch, first: int, last: int) -> ImageBatch:
    labels = pictures.labels
    return ImageBatch(pictures.images[first:last], None if labels is None else labels[first:last])
