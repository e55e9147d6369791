"""Rotation (Gidaris et al., 2018): tell by how many quarters an image was turned; a proxy task in UnNAS (2020).

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence

import torch
from torch import nn

from fitness.heads.pooled_classifier import pooled_classifier
from fitness.objectives.cross_entropy import CrossEntropy
from spaces import FeatureInfo
from tasks import Batch, ImageBatch

TURNS = 4


class Rotation(CrossEntropy):
    """Every image in all four positions at once: class k was turned by k quarters, against the clock."""

    even_classes = TURNS

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return square images [4B, 3, H, W], first all as they are, then all turned once, ..., and classes [4B]."""
        turned = [batch.images.rot90(quarters, (2, 3)) for quarters in range(TURNS)]
        classes = torch.arange(TURNS, device=batch.images.device)
        return Batch(
            torch.cat(turned).contiguous(memory_format=torch.channels_last),
            (classes.repeat_interleave(len(batch.images)),),
        )

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh classifier for a network with these stages."""
        return pooled_classifier(feature_info, TURNS)
