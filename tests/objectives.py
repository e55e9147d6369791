"""Objectives small enough to be worked by hand, for tests of what is made around one."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness import Objective
from spaces import FeatureInfo
from tasks import Batch, ImageBatch, ImageSource, UsageError


class MeanHead(nn.Module):
    """A linear map of the last stage's mean."""

    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(channels, outputs)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        outputs: Tensor = self.linear(features[-1].mean((2, 3)))
        return outputs


class MeanColour(Objective):
    """Predict ``scale`` times each image's mean of three planes."""

    def __init__(self, *, scale: float = 1.0) -> None:
        if scale <= 0:
            raise ValueError(f"scale={scale}: must be above 0")
        self.scale = scale

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        return Batch(batch.images, (self.scale * batch.images.mean((2, 3)),))

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        return MeanHead(feature_info[-1].channels, 3)

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        return functional.mse_loss(head(features).float(), batch.targets[0])


class Brightness(MeanColour):
    """Say whether an image is brighter than the middle: an objective with right answers."""

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        return Batch(batch.images, ((batch.images.mean((1, 2, 3)) > 0).long(),))

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        return functional.cross_entropy(head(features).float(), batch.targets[0])

    def accuracy(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        return (head(features).argmax(1) == batch.targets[0]).float().mean()


class Labelled(Brightness):
    """Learn labels that are drawn for every image; notes the batches and images it was given."""

    held_out = False

    def __init__(self, *, scale: float = 1.0) -> None:
        super().__init__(scale=scale)
        self.labelled: list[ImageBatch] = []
        self.batches: list[ImageBatch] = []

    def label(self, images: ImageBatch, rng: np.random.Generator) -> ImageBatch:
        self.labelled.append(ImageBatch(images.images, torch.from_numpy(rng.integers(3, size=len(images.images)))))
        return self.labelled[-1]

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        self.batches.append(batch)
        assert batch.labels is not None
        return Batch(batch.images, (batch.labels,))


class Choosy(MeanColour):
    """Refuses images without classes."""

    def __init__(self, *, source: ImageSource) -> None:
        super().__init__()
        if source.num_classes is None:
            raise UsageError("these images have no classes")


class Clashing(MeanColour):
    """Has an option that the training has, too."""

    def __init__(self, *, batch: int = 3) -> None:
        super().__init__()
