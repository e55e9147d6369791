"""SimCLR (Chen et al., 2020) as SSWP-NAS uses it (Li et al., 2022): which of all other views is of the same image?

Letters: B batch, C channels, H height, W width, D values of a projection.
"""

import math
from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.objective import Objective
from spaces import FeatureInfo
from tasks import Batch, ImageBatch, ImageSource, Normalisation, colours_of, two_views


class Contrastive(Objective):
    """The objective: cross-entropy of finding a view's partner among the 2B - 1 other views of a batch.

    source: the run's images, whose normalisation tells how to change their colours, where they have red, green and blue
    temperature: what cosine similarities are divided by; open in the paper, and taken from the released program
    outputs: values of a projection

    The head is a linear layer as wide as the last stage, a ReLU and a linear layer, without batch norm. The held-out
    loss is the same, of two fresh views.
    """

    compares_images: ClassVar[bool] = True

    def __init__(self, *, source: ImageSource, temperature: float = 0.07, outputs: int = 128) -> None:
        """Raise ValueError for a number out of range."""
        if not 0 < temperature < math.inf or outputs < 1:
            raise ValueError(
                f"temperature={temperature}, outputs={outputs}: a finite temperature above 0 and at least 1 output are "
                "needed"
            )
        self._normalisation = colours_of(source)
        self._temperature = temperature
        self._outputs = outputs

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return two views [2B, C, H, W] of each image; raises ValueError for a single one, which has no rivals."""
        if len(batch.images) < 2:
            raise ValueError("contrastive: at least 2 images in a batch are needed to tell apart")
        return view_batch(batch, generator, self._normalisation)

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh projector of the last stage."""
        channels = feature_info[-1].channels
        return nn.Sequential(nn.Linear(channels, channels), nn.ReLU(), nn.Linear(channels, self._outputs))

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the mean over all 2B views, in float32."""
        logits = similarities(head(pooled(features))) / self._temperature
        return functional.cross_entropy(logits, partners(logits))

    def accuracy(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the share of views whose partner is the most similar of all others."""
        found = similarities(head(pooled(features))).argmax(1)
        return (found == partners(found)).float().mean()

    def guessing_loss(self, batch: Batch) -> float:
        """Return ln(2B - 1): that of a projection that is the same for all views."""
        return math.log(len(batch.inputs) - 1)


def view_batch(batch: ImageBatch, generator: torch.Generator, normalisation: Normalisation | None) -> Batch:
    """Return two views [2B, C, H, W] of each image, those of image b at b and B + b, and no targets."""
    views = two_views(batch.images, generator, normalisation)
    return Batch(views.contiguous(memory_format=torch.channels_last), ())


def pooled(features: Sequence[Tensor]) -> Tensor:
    """Return the mean [B, C] over the pixels of the last stage, in float32."""
    return features[-1].float().mean((2, 3))


def similarities(projections: Tensor) -> Tensor:
    """Return cosines [2B, 2B] of projections [2B, D], in float32 whatever the rest computes in.

    A view is no rival of its own: the diagonal is minus infinity.
    """
    with torch.autocast(projections.device.type, enabled=False):
        directions = functional.normalize(projections.float(), dim=1)
        cosines = directions @ directions.T
    itself = torch.eye(len(cosines), dtype=torch.bool, device=cosines.device)
    return cosines.masked_fill(itself, -math.inf)


def partners(views: Tensor) -> Tensor:
    """Return where [2B] the other view of the same image stands, for each of ``views`` [2B, ...]."""
    return torch.arange(len(views), device=views.device).roll(len(views) // 2)
