"""What one supernet is trained on, from its seed alone: images for either level, and images to judge it by.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.relaxations.base import Level
from fitness import Batches, EvalContext, ImagePool, Objective, ShiftedPool, check_judged, images_in, on_device
from spaces import RelaxableSpace
from tasks import (
    CountedSource,
    ImageBatch,
    ImageSource,
    IndexedSource,
    Split,
    UsageError,
    derive_rng,
    derive_seed,
    normalisation_of,
    torch_generator,
)


@dataclass(frozen=True, eq=False)
class SupernetSetup:
    """A space to search, an objective to train on, settings, and the seed that all randomness derives from."""

    space: RelaxableSpace
    images: ImageSource
    objective: Objective
    settings: GradientSettings
    seed: int
    device: torch.device

    def generator(self, *names: str | int) -> torch.Generator:
        """Return the generator of a purpose."""
        return torch_generator(derive_rng(self.seed, "supernet", *names), self.device)

    def chooser(self, *names: str | int) -> torch.Generator:
        """Return the generator of a purpose where it is decided what a GPU computes: on the processor."""
        return torch_generator(derive_rng(self.seed, "supernet", *names))

    def context(self) -> EvalContext:
        """Return the context that a fitness would be given."""
        return EvalContext(
            space=self.space,
            images=self.images,
            data_seed=self.seed,
            rng=derive_rng(self.seed, "supernet"),
            device=self.device,
        )


class SupernetData:
    """The training images of a run, one half for weights and the other for architecture parameters.

    Other images are held out to judge by. A source that gives its images by number holds out a part of its training
    split, so that its validation split is left for judging what was found. Two seeds divide the images differently.
    """

    def __init__(self, setup: SupernetSetup, *, reserved: int = 0) -> None:
        """Draw the images; raises UsageError where they fill no batch at either level.

        reserved: images that the run held out, where that is more than are judged by now, so that the training images
        are the same
        """
        self._setup = setup
        settings, count = setup.settings, image_count(setup)
        images, held_out = _divided(setup, count, max(reserved, held_out_count(setup)))
        self.weights, self.architecture = _part(images, 0, count // 2), _part(images, count // 2, count)
        self.steps = len(self.weights.images) // settings.batch
        """Steps of an epoch."""
        halves = torch.stack([half.images.mean((0, 2, 3)) for half in (self.weights, self.architecture)])
        self.mean = halves.mean(0)
        """Of both halves, per channel [C]."""
        judged = held_out_count(setup)
        self.held_out: Sequence[ImageBatch] = list(
            ImagePool(_part(held_out, 0, judged), settings.batch, judged // settings.batch, seed=0)
        )

    def batches(self, level: Level, epoch: int, steps: int) -> Batches:
        """Return batches of the half for weights or for the architecture, in an order of this epoch's own.

        Where there are more steps than batches, the half is repeated in another order.
        """
        half = self.weights if level is Level.WEIGHTS else self.architecture
        seed = derive_seed(self._setup.seed, "supernet", level, epoch)
        pool = ImagePool(half, self._setup.settings.batch, steps, seed)
        settings = self._setup.settings
        if not settings.augment:
            return pool
        shifts = self._setup.generator("augment", level, epoch)
        return ShiftedPool(pool, shifts, normalisation_of(self._setup.images), settings.shift)


def image_count(setup: SupernetSetup) -> int:
    """Return how many training images a run has.

    Raises UsageError where they fill no batch at either level, or there are none to judge by.
    """
    settings, held = setup.settings, images_in(setup.images)
    if not isinstance(setup.images, IndexedSource):
        check_judged(setup.images, "a supernet")
    left = held - (held_out_count(setup) if isinstance(setup.images, IndexedSource) else 0)
    asked = settings.pictures or left
    count = min(asked, left) if isinstance(setup.images, CountedSource) else asked
    if count < 2 * settings.batch:
        raise UsageError(
            f"{count} of {held} training images do not fill a batch of {settings.batch} at either level; take a "
            "smaller strategy.batch"
        )
    return count


def held_out_count(setup: SupernetSetup) -> int:
    """Return how many images a run is judged by, in whole batches: at most a quarter of a source that has an end."""
    settings, images = setup.settings, setup.images
    most = images_in(images) // 4 if isinstance(images, IndexedSource) else settings.held_out
    return max(min(settings.held_out, most) // settings.batch, 1) * settings.batch


def describe_images(setup: SupernetSetup) -> list[str]:
    """Return how many images serve what, line by line, with a note where that is not what was asked for.

    Raises UsageError as ``image_count`` does, and for a shift that leaves nothing of an image.
    """
    _check_shift(setup)
    settings, count, judged = setup.settings, image_count(setup), held_out_count(setup)
    half, held = count // 2, images_in(setup.images)
    lines = [
        f"images: {half} for the weights, {count - half} for the architecture, {judged} held out; "
        f"{half // settings.batch} steps an epoch"
    ]
    if settings.pictures > count:
        lines.append(f"note: strategy.pictures={settings.pictures}: of {held} training images {count} are used")
    if settings.held_out != judged:
        quarter = f" and at most a quarter of {held}" if isinstance(setup.images, IndexedSource) else ""
        whole = f"in whole batches of {settings.batch}{quarter}"
        lines.append(f"note: strategy.held_out={settings.held_out}: {judged} are held out, {whole}")
    return lines


def _check_shift(setup: SupernetSetup) -> None:
    shift, size = setup.settings.shift, setup.images.size
    if setup.settings.augment and shift is not None and shift >= size:
        raise UsageError(
            f"strategy.shift={shift}: images of {size} pixels would be shifted out of sight; ask for less, or leave it "
            "out for an eighth"
        )


def _divided(setup: SupernetSetup, count: int, reserved: int) -> tuple[ImageBatch, ImageBatch]:
    """Return ``count`` images to train on and ``reserved`` others."""
    if not isinstance(setup.images, IndexedSource):
        return _drawn(setup, count, Split.TRAIN), _drawn(setup, reserved, Split.VALIDATION)
    rng = derive_rng(setup.seed, "supernet", "pictures")
    order = rng.permutation(setup.images.count(Split.TRAIN))
    held_out, images = (setup.images.at(part) for part in (order[:reserved], order[reserved : reserved + count]))
    return _ready(setup, images, rng), _ready(setup, held_out, rng)


def _drawn(setup: SupernetSetup, count: int, split: Split) -> ImageBatch:
    rng = derive_rng(setup.seed, "supernet", "pictures", split)
    return _ready(setup, setup.images.draw(count, rng, split=split), rng)


def _ready(setup: SupernetSetup, images: ImageBatch, rng: np.random.Generator) -> ImageBatch:
    return on_device(setup.objective.label(images, rng), setup.device)


def _part(images: ImageBatch, first: int, last: int) -> ImageBatch:
    labels = images.labels
    return ImageBatch(images.images[first:last], None if labels is None else labels[first:last])
