"""Sources of images with one fault each, for the tests of the checks."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch

from tasks.conformance.case import SourceCase
from tasks.images.base import ImageBatch, Split
from tasks.images.sampling import Normalisation, choose

NORMALISATION = Normalisation((0.5, 0.5, 0.5), (0.25, 0.25, 0.25))


class Sound:
    """Twelve images of 4 x 4 pixels to train on and six to judge on, in three classes; it can do all there is."""

    size: Any = 4
    num_classes: Any = 3
    normalisation = NORMALISATION
    counts: ClassVar = {split: 12 // number for number, split in enumerate(Split, 1)}

    def __init__(self) -> None:
        pixels = {split: np.random.default_rng(n).random((count, 3, 4, 4)) for n, (split, count) in self._numbered()}
        self.all = {
            split: ImageBatch(NORMALISATION.apply(torch.from_numpy(each).float()), torch.arange(len(each)) % 3)
            for split, each in pixels.items()
        }

    def _numbered(self) -> Any:
        return enumerate(self.counts.items())

    def count(self, split: Split) -> Any:
        return self.counts[split]

    def whole(self, split: Split) -> ImageBatch:
        return ImageBatch(self.all[split].images.clone(), self.all[split].labels)

    def at(self, numbers: Any, *, split: Split = Split.TRAIN) -> Any:
        chosen, labels = torch.from_numpy(np.asarray(numbers)), self.all[split].labels
        assert labels is not None
        return ImageBatch(self.all[split].images[chosen], labels[chosen])

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> Any:
        return self.at(choose(self.count(split), count, rng), split=split)


def case_of(kind: Callable[[], Any], images: int = 8) -> SourceCase:
    """Return the case of a kind of source."""
    return SourceCase(kind(), kind, images=images)


def drawing(change: Callable[[ImageBatch], Any]) -> type[Sound]:
    """Return a kind of source that draws what ``change`` makes of the right batch."""

    class Changed(Sound):
        def draw(self, *asked: Any, **named: Any) -> Any:
            return change(super().draw(*asked, **named))

    return Changed


def having(**attributes: Any) -> type[Sound]:
    """Return a kind of source with other attributes or methods."""
    return type("Having", (Sound,), attributes)
