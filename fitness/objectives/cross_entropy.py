"""Objectives that choose one of several classes.

Letters: B batch, C channels, H height, W width, K classes.
"""

import math
from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from fitness.objective import Objective
from tasks import Batch, ImageBatch


class CrossEntropy(Objective):
    """Cross-entropy between a head's logits, [B, K] or [B, K, H, W], and the only target, [B] or [B, H, W] classes.

    label_smoothing: share of the target that is spread evenly over all classes while the head is training.
    even_classes: K where all are about as frequent, so that guessing gives each the same chance; 0 where they are not
    """

    label_smoothing: float = 0.0
    even_classes: int = 0

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the mean cross-entropy in nats."""
        smoothing = self.label_smoothing if head.training else 0.0
        return functional.cross_entropy(head(features).float(), batch.targets[0], label_smoothing=smoothing)

    def accuracy(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the share of places whose largest logit is that of their class, 0 to 1."""
        chosen: Tensor = head(features).argmax(1)
        return (chosen == batch.targets[0]).float().mean()

    def guessing_loss(self, batch: Batch) -> float | None:
        """Return ln K, with and without smoothing; None where some classes are more frequent than others."""
        return math.log(self.even_classes) if self.even_classes else None


def labelled(batch: ImageBatch) -> Batch:
    """Return images [B, 3, H, W] as they are with their labels [B]; raises ValueError where there are none."""
    if batch.labels is None:
        raise ValueError("these images came without the labels that their source promises")
    return Batch(batch.images, (batch.labels,))
