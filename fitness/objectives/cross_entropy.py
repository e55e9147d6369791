"""Objectives that choose one of several classes.

Letters: B batch, C channels, H height, W width, K classes.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import FeatureInfo
from tasks import Batch, ImageBatch


class CrossEntropy(ABC):
    """Cross-entropy between a head's logits, [B, K] or [B, K, H, W], and the only target, [B] or [B, H, W] classes.

    label_smoothing: share of the target that is spread evenly over all classes while the head is training.
    """

    label_smoothing: float = 0.0

    @abstractmethod
    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return what one step sees of pictures [B, 3, H, W], and the classes."""

    @abstractmethod
    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return the module that turns stage maps into logits, freshly initialised."""

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the mean cross-entropy in nats."""
        smoothing = self.label_smoothing if head.training else 0.0
        return functional.cross_entropy(head(features).float(), batch.targets[0], label_smoothing=smoothing)

    def accuracy(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the share of places whose largest logit is that of their class, 0 to 1."""
        chosen: Tensor = head(features).argmax(1)
        return (chosen == batch.targets[0]).float().mean()


def labelled(batch: ImageBatch) -> Batch:
    """Return pictures [B, 3, H, W] as they are with their labels [B]; raises ValueError where there are none."""
    if batch.labels is None:
        raise ValueError("these pictures came without the labels that their source promises")
    return Batch(batch.images, (batch.labels,))
