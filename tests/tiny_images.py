"""Images of 8 x 8 pixels, for tests that train supernets, or what they derive, from the command line."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from tasks import ImageBatch, Split, derive_rng
from tasks.images.noise import NoiseImages
from tasks.images.sampling import UNSTATED, Normalisation, choose


def tiny_noise() -> NoiseImages:
    """Return a source of noise, as ``--data`` takes it."""
    return NoiseImages(size=8)


@dataclass(frozen=True)
class TinyLabels:
    """Noise that is brighter in one class than in the one before: 18 images to train on, 6 to judge by, 10 to test."""

    size: int = 8
    num_classes: ClassVar[int] = 3
    splits: ClassVar[tuple[Split, ...]] = tuple(Split)
    normalisation: ClassVar[Normalisation] = UNSTATED

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        whole = self.whole(split)
        assert whole.labels is not None
        chosen = torch.from_numpy(choose(self.count(split), count, rng))
        return ImageBatch(whole.images[chosen], whole.labels[chosen])

    def whole(self, split: Split) -> ImageBatch:
        count = self.count(split)
        labels = torch.arange(count) % self.num_classes
        noise = torch.from_numpy(derive_rng(0, "tiny", split).standard_normal((count, 3, 8, 8))).float()
        return ImageBatch(noise + 2 * labels[:, None, None, None] - 2, labels)

    def count(self, split: Split) -> int:
        return {Split.TRAIN: 18, Split.VALIDATION: 6, Split.TEST: 10}[split]


def tiny_labels() -> TinyLabels:
    """Return a labelled source, as ``--data`` takes it."""
    return TinyLabels()


def unseen_labels() -> "UnseenLabels":
    """Return a labelled source that cannot be seen whole, as ``--data`` takes it."""
    return UnseenLabels()


class UnseenLabels:
    """The same images, of which only draws are shown."""

    size, num_classes = 8, 3

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        return TinyLabels().draw(count, rng, split=split)


REMARK = "1 of 35 images cannot be read"


class BrokenLabels(TinyLabels):
    """The same images, with something to say."""

    remarks: ClassVar[tuple[str, ...]] = (REMARK,)


def two_splits() -> "TwoSplits":
    """Return a labelled source that knows two splits, as ``--data`` takes it."""
    return TwoSplits()


class TwoSplits:
    """The same images by a source that says nothing of splits, and has never heard of a test."""

    size, num_classes = 8, 3

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        return TinyLabels().draw(count, rng, split=self._known(split))

    def whole(self, split: Split) -> ImageBatch:
        return TinyLabels().whole(self._known(split))

    def _known(self, split: Split) -> Split:
        return {"train": Split.TRAIN, "validation": Split.VALIDATION}[split]
