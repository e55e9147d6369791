"""Decoders that turn the stage maps of a network back into images.

Letters: B batch, C channels, H height, W width of the image.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces import FeatureInfo


class HierarchicalDecoder(nn.Module):
    """MAE-NAS's decoder (Hu et al., 2023): every stage contributes, coarser ones enlarged to the finest.

    A convolution takes each stage to a common width, the sum goes through a linear map that emits the pixels of its
    position. Open in the paper and chosen here: 3x3 convolutions to the finest stage's channels, bilinear enlarging,
    a 1x1 convolution as the linear map, and its C * r^2 values spread over r x r pixels where the finest stage is
    smaller than the image by r.
    """

    def __init__(self, feature_info: Sequence[FeatureInfo], *, channels: int = 3) -> None:
        """Read stages as ``feature_info`` describes them, fine to coarse; channels: C."""
        super().__init__()
        finest = feature_info[0]
        self.lateral = nn.ModuleList(nn.Conv2d(info.channels, finest.channels, 3, padding=1) for info in feature_info)
        self.pixels = _pixels(finest, channels)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return images [B, C, H, W] for stage maps, fine to coarse."""
        size = features[0].shape[-2:]
        terms = (convolution(x) for convolution, x in zip(self.lateral, features, strict=True))
        enlarged = [x if x.shape[-2:] == size else functional.interpolate(x, size, mode="bilinear") for x in terms]
        image: Tensor = self.pixels(torch.stack(enlarged).sum(0))
        return image


class SingleScaleDecoder(nn.Module):
    """SimMIM's decoder (Xie et al., 2022): one 1x1 convolution on the last stage, its values spread over pixels."""

    def __init__(self, feature_info: Sequence[FeatureInfo], *, channels: int = 3) -> None:
        """Read the last stage that ``feature_info`` describes; channels: C."""
        super().__init__()
        self.pixels = _pixels(feature_info[-1], channels)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return images [B, C, H, W] for stage maps, fine to coarse."""
        image: Tensor = self.pixels(features[-1])
        return image


class TransposedDecoder(nn.Module):
    """MIM-DARTS's decoder (Guo et al., 2022): the last stage, doubled in size until it is an image.

    Two convolutions through four times the channels and one more, then a transposed convolution per doubling, each of
    half the channels; a 3x3 convolution follows each but the last, and one emits the pixels. Published for 256 channels
    at a quarter of the image's size; here the doublings are as many as the reduction asks for. Biases that a norm
    takes out again are left out.
    """

    def __init__(
        self, feature_info: Sequence[FeatureInfo], bounds: tuple[float, float] | None = None, *, channels: int = 3
    ) -> None:
        """Read the last stage of ``feature_info``; bounds: where pixels are cut off, if anywhere; channels: C.

        Raises ValueError where that stage is not smaller than the image by a power of two.
        """
        super().__init__()
        last = feature_info[-1]
        doublings = last.reduction.bit_length() - 1
        if last.reduction != 2**doublings:
            raise ValueError(f"the last stage is smaller by {last.reduction}: doublings need a power of two")
        widths = [max(1, last.channels >> number) for number in range(doublings + 1)]
        self.layers = nn.Sequential(
            nn.Conv2d(widths[0], 4 * widths[0], 3, padding=1),
            nn.Conv2d(4 * widths[0], widths[0], 1),
            *_norm_relu(nn.Conv2d(widths[0], widths[0], 3, padding=1, bias=False)),
            *_doublings(widths),
            nn.Conv2d(widths[-1], channels, 3, padding=1),
            nn.Identity() if bounds is None else nn.Hardtanh(*bounds),
        )

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return images [B, C, H, W] for stage maps, fine to coarse."""
        image: Tensor = self.layers(features[-1])
        return image


def _doublings(widths: Sequence[int]) -> Iterator[nn.Module]:
    """Yield what doubles maps of the first width until they have the last."""
    for number, (before, after) in enumerate(pairwise(widths)):
        if number > 0:
            yield from _norm_relu(nn.Conv2d(before, before, 3, padding=1, bias=False))
        yield from _norm_relu(nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False))


def _norm_relu(convolution: nn.Conv2d | nn.ConvTranspose2d) -> tuple[nn.Module, ...]:
    return convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU()


def _pixels(info: FeatureInfo, channels: int) -> nn.Sequential:
    outputs = channels * info.reduction**2
    return nn.Sequential(nn.Conv2d(info.channels, outputs, 1), nn.PixelShuffle(info.reduction))
