"""The labelled images of a training: those to learn from, and those to test on.

Letters: B batch, S height and width in pixels.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from evo.retraining.settings import TrainSettings
from fitness.training.batches import ImagePool, ShiftedPool, on_device
from fitness.training.loop import Batches
from tasks import (
    DividedSource,
    ImageBatch,
    ImageSource,
    Normalisation,
    Split,
    WholeSource,
    derive_rng,
    derive_seed,
    lack_of_labels,
    normalisation_of,
    open_images,
    splits_of,
    torch_generator,
)
from tasks.foundation.errors import UsageError
from tasks.transforms.augment import cut_out

TEST_BATCH = 256
"""Images of a batch in the test, at most."""


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """All images of all splits, on the device, none augmented yet; classes: how many labels there are.

    train: those of the validation split, too, which is for searches: nothing is chosen by it here
    test: in an order of chance, the same for every training: some networks are tested by the statistics of a batch,
    and a source may show class after class
    judged: the split that ``test`` is; where it is that for validation, ``train`` has none of it
    """

    train: ImageBatch
    test: ImageBatch
    classes: int
    normalisation: Normalisation | None
    judged: Split = Split.TEST

    def share(self, fraction: float, seed: int) -> "LabelledImages":
        """Return a share of the training images of every class, drawn by the seed."""
        labels = self.train.labels
        assert labels is not None
        chosen = balanced_subset(labels.cpu(), fraction, derive_rng(seed, "train", "labels")).to(labels.device)
        return replace(self, train=_chosen(self.train, chosen))

    def epoch(self, settings: TrainSettings, seed: int, number: int) -> Batches:
        """Return the whole batches of an epoch, counted from 0, in an order and with changes of its own."""
        device = self.train.images.device
        steps = len(self.train.images) // settings.batch
        pool = ImagePool(self.train, settings.batch, steps, derive_seed(seed, "train", "order", number))
        shifts, holes = (
            torch_generator(derive_rng(seed, "train", purpose, number), device) for purpose in ("augment", "cutout")
        )
        batches: Batches = pool
        if settings.augment:
            batches = ShiftedPool(pool, shifts, self.normalisation, settings.shift)
        return CutPool(batches, holes, settings.cutout) if settings.cutout else batches

    def test_counts(self) -> list[int]:
        """Return the number of test images of every class."""
        assert self.test.labels is not None
        counts: list[int] = self.test.labels.bincount(minlength=self.classes).tolist()
        return counts

    def test_batches(self) -> Iterator[ImageBatch]:
        """Yield every test image once, in batches [B, 3, S, S] whose sizes differ by at most one.

        They are the same for every training, whatever its own batch.
        """
        assert self.test.labels is not None
        count = math.ceil(len(self.test.images) / TEST_BATCH)
        return map(ImageBatch, self.test.images.tensor_split(count), self.test.labels.tensor_split(count))


@dataclass(frozen=True)
class CutPool:
    """The batches of a pool with a square of ``side`` pixels cut out of every image."""

    pool: Batches
    generator: torch.Generator
    side: int

    def __len__(self) -> int:
        """Return the number of batches."""
        return len(self.pool)

    def __iter__(self) -> Iterator[ImageBatch]:
        """Yield the batches, images [B, 3, S, S]."""
        for batch in self.pool:
            yield replace(batch, images=cut_out(batch.images, self.generator, self.side))


def open_labelled(data: str | ImageSource, data_root: str | None, *, download: bool = False) -> ImageSource:
    """Return the images of a source.

    Raises UsageError where they have no labels or one class, cannot be seen whole, or none of them is for a test.
    """
    source = open_images(data, data_root=Path(data_root) if data_root else None, download=download)
    if lack := lack_of_labels(source):
        raise UsageError(
            f"--data {data}: these images have {lack}; give digits, cifar10, cifar100, or imagefolder:DIR with "
            "one folder per class"
        )
    if not isinstance(source, WholeSource):
        raise UsageError(f"--data {data}: {type(source).__name__} has no whole(split), see tasks.WholeSource")
    if Split.TEST not in splits_of(source):
        raise UsageError(
            f"--data {data}: there are no test images, only {' and '.join(splits_of(source))}; {_remedy(source)}"
        )
    return source


def load_images(source: ImageSource, device: torch.device, *, validation: bool = False) -> LabelledImages:
    """Return all images of a source that ``open_labelled`` returned; raises OSError where none can be read.

    validation: whether to judge on that split, and leave those for the test alone
    """
    assert isinstance(source, WholeSource)
    assert source.num_classes is not None
    judged = Split.VALIDATION if validation else Split.TEST
    parts = [source.whole(split) for split in splits_of(source) if split not in (judged, Split.TEST)]
    train, test = _joined(parts), _mixed(source.whole(judged))
    return LabelledImages(
        on_device(train, device), on_device(test, device), source.num_classes, normalisation_of(source), judged
    )


def _remedy(source: ImageSource) -> str:
    if isinstance(source, DividedSource):
        return "a class has some from three images on"
    return f"{type(source).__name__} says by splits = tuple(tasks.Split) that whole(split) knows all three"


def _joined(parts: Sequence[ImageBatch]) -> ImageBatch:
    labels = [part.labels for part in parts if part.labels is not None]
    return ImageBatch(torch.cat([part.images for part in parts]), torch.cat(labels))


def _mixed(batch: ImageBatch) -> ImageBatch:
    """Return the images in an order of chance, the same for the same number of them."""
    order = derive_rng(0, "train", "test").permutation(len(batch.images))
    return _chosen(batch, torch.from_numpy(order))


def _chosen(batch: ImageBatch, numbers: Tensor) -> ImageBatch:
    assert batch.labels is not None
    return ImageBatch(batch.images[numbers], batch.labels[numbers])


def check_batch(labels: Tensor | None, fraction: float, batch: int) -> None:
    """Raise UsageError where a fraction of the labels fills no batch."""
    assert labels is not None
    count = len(balanced_subset(labels.cpu(), fraction, derive_rng(0, "train", "labels")))
    if count < batch:
        raise UsageError(
            f"--label-fraction {fraction:g}: {count} images fill no batch of {batch}; take a smaller --batch"
        )


def fraction_notes(labels: Tensor | None, fraction: float) -> list[str]:
    """Return a note where a fraction of the labels is more than was asked for, as each class has at least one image."""
    assert labels is not None
    held = len(labels)
    count = len(balanced_subset(labels.cpu(), fraction, derive_rng(0, "train", "labels")))
    smallest = int(np.unique(labels.cpu().numpy(), return_counts=True)[1].min())
    if round(fraction * smallest):
        return []
    return [f"note: --label-fraction {fraction:g}: {count} of {held} images, as every class keeps at least one"]


def balanced_subset(labels: Tensor, fraction: float, rng: np.random.Generator) -> Tensor:
    """Return ascending indices of a share of the images of every class, at least one each; labels: [N] integers.

    fraction: above 0 to 1. By equal draws, the subset of a larger fraction holds that of a smaller one.
    """
    chosen = []
    for label in np.unique(labels.numpy()):
        members = (labels == int(label)).nonzero().flatten()
        order = torch.from_numpy(rng.permutation(len(members)))
        chosen.append(members[order[: max(1, round(fraction * len(members)))]])
    return torch.cat(chosen).sort().values
