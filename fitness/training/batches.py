"""The images of a run, drawn once and met in batches.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, count, islice

import torch
from torch import Tensor

from tasks import (
    CountedSource,
    ImageBatch,
    ImageSource,
    Normalisation,
    Split,
    UsageError,
    derive_rng,
    shifted,
    splits_of,
)

ENDLESS = 4096
"""Images that stand for all of a source without an end."""


def images_in(source: ImageSource, split: Split = Split.TRAIN) -> int:
    """Return how many different images a source has, ``ENDLESS`` where it has no end."""
    return source.count(split) if isinstance(source, CountedSource) else ENDLESS


def check_judged(source: ImageSource, given: str) -> None:
    """Raise UsageError where a source has no validation image to judge by; given: what names it, to begin with."""
    if Split.VALIDATION not in splits_of(source):
        raise UsageError(f"{given}: there are no validation images to judge by; a class has one from two images on")


def on_device(batch: ImageBatch, device: torch.device) -> ImageBatch:
    """Return images [B, C, H, W], channels last, and their labels where a network is."""
    images = batch.images.to(device, memory_format=torch.channels_last)
    return ImageBatch(images, None if batch.labels is None else batch.labels.to(device))


@dataclass(frozen=True)
class ImagePool:
    """``steps`` batches of ``size`` of the same images, in another order each epoch, which ``seed`` decides.

    A rest that fills no batch is left out of its epoch. Raises ValueError for fewer images than fill one.
    """

    drawn: ImageBatch
    size: int
    steps: int
    seed: int

    def __post_init__(self) -> None:
        """Check that there is a batch in them."""
        if len(self.drawn.images) < self.size:
            raise ValueError(f"{len(self.drawn.images)} images fill no batch of {self.size}")

    def __len__(self) -> int:
        """Return the number of batches."""
        return self.steps

    def __iter__(self) -> Iterator[ImageBatch]:
        """Yield the batches, images [B, C, H, W]."""
        return islice(chain.from_iterable(map(self._epoch, count())), self.steps)

    def _epoch(self, epoch: int) -> Iterator[ImageBatch]:
        whole = [chosen for chosen in torch.split(self._order(epoch), self.size) if len(chosen) == self.size]
        return map(self._picked, whole)

    def _order(self, epoch: int) -> Tensor:
        order = derive_rng(self.seed, "pool", "order", epoch).permutation(len(self.drawn.images))
        return torch.from_numpy(order).to(self.drawn.images.device)

    def _picked(self, chosen: Tensor) -> ImageBatch:
        labels = self.drawn.labels
        return ImageBatch(self.drawn.images[chosen], None if labels is None else labels[chosen])


@dataclass(frozen=True)
class ShiftedPool:
    """The batches of a pool, every image shifted by up to so many pixels and mirrored or not, anew each time.

    shift: None for an eighth of an image's side
    """

    pool: ImagePool
    generator: torch.Generator
    normalisation: Normalisation | None
    shift: int | None = None

    def __len__(self) -> int:
        """Return the number of batches."""
        return len(self.pool)

    def __iter__(self) -> Iterator[ImageBatch]:
        """Yield the batches, images [B, C, H, W]."""
        for batch in self.pool:
            moved = shifted(batch.images, self.generator, self.normalisation, padding=self.shift)
            yield replace(batch, images=moved)
