"""Decoders that turn the stage maps of a network back into pictures.

Letters: B batch, C channels, H height, W width of the picture.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import FeatureInfo

PLANES = 3


class HierarchicalDecoder(nn.Module):
    """MAE-NAS's decoder (Hu et al., 2023): every stage contributes, coarser ones enlarged to the finest.

    A convolution takes each stage to a common width, the sum goes through a linear map that emits the pixels of its
    position. Open in the paper and chosen here: 3x3 convolutions to the finest stage's channels, bilinear enlarging,
    a 1x1 convolution as the linear map, and its 3 * r^2 values spread over r x r pixels where the finest stage is
    smaller than the picture by r.
    """

    def __init__(self, feature_info: Sequence[FeatureInfo]) -> None:
        """Read stages as ``feature_info`` describes them, fine to coarse."""
        super().__init__()
        finest = feature_info[0]
        self.lateral = nn.ModuleList(nn.Conv2d(info.channels, finest.channels, 3, padding=1) for info in feature_info)
        self.pixels = _pixels(finest)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return pictures [B, 3, H, W] for stage maps, fine to coarse."""
        size = features[0].shape[-2:]
        terms = (convolution(x) for convolution, x in zip(self.lateral, features, strict=True))
        enlarged = [x if x.shape[-2:] == size else functional.interpolate(x, size, mode="bilinear") for x in terms]
        picture: Tensor = self.pixels(torch.stack(enlarged).sum(0))
        return picture


class SingleScaleDecoder(nn.Module):
    """SimMIM's decoder (Xie et al., 2022): one 1x1 convolution on the last stage, its values spread over pixels."""

    def __init__(self, feature_info: Sequence[FeatureInfo]) -> None:
        """Read the last stage that ``feature_info`` describes."""
        super().__init__()
        self.pixels = _pixels(feature_info[-1])

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return pictures [B, 3, H, W] for stage maps, fine to coarse."""
        picture: Tensor = self.pixels(features[-1])
        return picture


def _pixels(info: FeatureInfo) -> nn.Sequential:
    outputs = PLANES * info.reduction**2
    return nn.Sequential(nn.Conv2d(info.channels, outputs, 1), nn.PixelShuffle(info.reduction))
