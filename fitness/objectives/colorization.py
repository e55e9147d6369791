"""Colorization (Zhang et al., 2016): tell the colour of every pixel from lightness; a proxy task in UnNAS (2020).

Letters: B batch, S height and width in pixels, C channels, H height and W width of a stage, K bins of colour.
"""

from collections.abc import Sequence
from statistics import fmean

import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.heads.pooled_classifier import behind_norms
from fitness.objectives.cross_entropy import CrossEntropy
from spaces import FeatureInfo
from tasks import (
    COLOURS,
    UNSTATED,
    Batch,
    ImageBatch,
    ImageSource,
    UsageError,
    channels_of,
    colour_bins,
    normalisation_of,
    to_lab,
)


class ColourHead(nn.Module):
    """A 1x1 convolution of the last stage to logits, enlarged to the image bilinearly, corner on corner."""

    def __init__(self, feature_info: Sequence[FeatureInfo], size: int) -> None:
        """Read the last stage that ``feature_info`` describes, for images of ``size`` pixels."""
        super().__init__()
        self._size = size
        self.bins = nn.Conv2d(feature_info[-1].channels, len(colour_bins().centres), kernel_size=1)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return logits [B, K, S, S] for stage maps, fine to coarse, the last one [B, C, H, W]."""
        logits = self.bins(features[-1]).float()
        return functional.interpolate(logits, size=self._size, mode="bilinear", align_corners=True)


class Colorization(CrossEntropy):
    """Networks see the lightness of an image in all three planes; classes are the bins of its pixels' colours.

    Lightness is normalised by the means of the source's three means and deviations. Pixels of a source that does not
    say how it normalises are guessed by ``UNSTATED``, and cut to [0, 1]. Grey images are of one class throughout.
    """

    def __init__(self, *, source: ImageSource) -> None:
        """Note the size and the normalisation of the images; raises UsageError where they have no colours to tell."""
        if channels_of(source) != COLOURS:
            raise UsageError(
                f"colorization: images of {channels_of(source)} channels have no red, green and blue to tell; take "
                f"images of {COLOURS}, or another objective"
            )
        self._size = source.size
        self._normalisation = normalisation_of(source) or UNSTATED

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return the lightness [B, 3, S, S] of images [B, 3, S, S], and the bin of every pixel [B, S, S]."""
        lab = to_lab(self._normalisation.undo(batch.images).clamp(0, 1))
        lightness = (lab[:, :1] / 100 - fmean(self._normalisation.mean)) / fmean(self._normalisation.std)
        planes = lightness.repeat(1, 3, 1, 1).contiguous(memory_format=torch.channels_last)
        return Batch(planes, (colour_bins().classes(lab[:, 1:]),))

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh head for a network with these stages."""
        return behind_norms(feature_info[-1:], ColourHead(feature_info, self._size))
