"""Masked autoencoding as MAE-NAS does it (Hu et al., 2023): reconstruct the hidden patches of an image.

Letters: B batch, C channels, H height, W width, S side of the image in pixels.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from fitness.heads.pooled_classifier import behind_norms
from fitness.heads.reconstruction import HierarchicalDecoder, SingleScaleDecoder
from fitness.heads.remasking import Remasking
from fitness.objective import Objective
from spaces import FeatureInfo, FeatureNetwork
from tasks import Batch, Fill, ImageBatch, ImageSource, Masking, channels_of, masked_mean

DECODERS: Mapping[str, Callable[[Sequence[FeatureInfo], int], nn.Module]] = {
    "hierarchical": lambda info, channels: behind_norms(info, HierarchicalDecoder(info, channels=channels)),
    "single": lambda info, channels: behind_norms(info[-1:], SingleScaleDecoder(info, channels=channels)),
}
"""The decoder, of images of so many channels, behind norms: from all stages, or from the last alone, as the paper's
ablation does."""

Encoder = Callable[[FeatureNetwork, Batch], list[Tensor]]


def encode_plainly(network: FeatureNetwork, batch: Batch) -> list[Tensor]:
    """Return the stages of the masked images; what is seen spreads over what is hidden."""
    return network.forward_features(batch.inputs)


def encode_sparsely(network: FeatureNetwork, batch: Batch) -> list[Tensor]:
    """Return the stages of the masked images, hidden again after every convolution and pooling: ``Remasking``."""
    _, masks = batch.targets
    with Remasking(masks):
        return network.forward_features(batch.inputs)


ENCODERS: Mapping[str, Encoder] = {"none": encode_plainly, "sparse": encode_sparsely}


class MaskedAutoencoding(Objective):
    """The objective: the mean absolute error on the hidden pixels of normalised images.

    patch: side of a patch in pixels, 4 in the paper for images of 32 and 8 for 224
    ratio: share of the patches that are hidden, others in every image and step
    decoder: ``hierarchical``, from all stages, or ``single``, from the last alone
    fill: what stands in a hidden patch: ``zero``, ``mean`` for the mean colour of what is seen, or a number in units of
        the normalised image; open in the paper
    remask: whether patches are hidden at the input alone, ``none``, or again after every convolution and pooling,
        ``sparse``, as ``Remasking`` says; open in the paper
    """

    def __init__(
        self,
        *,
        source: ImageSource,
        patch: int = 4,
        ratio: float = 0.5,
        decoder: Literal["hierarchical", "single"] = "hierarchical",
        fill: Fill = "zero",
        remask: Literal["none", "sparse"] = "none",
    ) -> None:
        """Raise ValueError for a number out of range, for patches that do not fill the source's images, and where
        the decoder would be left with nothing to read.
        """
        if decoder == "single" and remask == "sparse":
            raise ValueError(
                "remask=sparse with decoder=single: it reconstructs a position from that position alone, and hidden "
                "ones are empty; take decoder=hierarchical or remask=none"
            )
        self._masking = Masking(source.size, patch, ratio, fill)
        self._decoder, self._channels = DECODERS[decoder], channels_of(source)
        self._encoder = ENCODERS[remask]

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return the masked images [B, C, S, S]; targets are the images themselves and the masks [B, 1, S, S]."""
        masked, masks = self._masking.hide(batch.images, generator)
        return Batch(masked, (batch.images, masks))

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh decoder for a network with these stages."""
        return self._decoder(feature_info, self._channels)

    def encode(self, network: FeatureNetwork, batch: Batch) -> list[Tensor]:
        """Return the stages [B, C, H, W] of the masked images."""
        return self._encoder(network, batch)

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the mean over hidden pixels and colours of |reconstructed - original|."""
        return _absolute_error(head(features).float(), batch)

    def beside_mean(
        self, features: Sequence[Tensor], head: nn.Module, batch: Batch, mean: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the loss, and that of the mean colour [C] in all hidden pixels."""
        return self.loss(features, head, batch), _absolute_error(mean[:, None, None], batch)

    def shown(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Sequence[Tensor]:
        """Return the images, the masked images, and the images with what is hidden reconstructed [B, C, S, S] each."""
        images, masks = batch.targets
        return images, batch.inputs, torch.where(masks.bool(), head(features).float(), images)


def _absolute_error(found: Tensor, batch: Batch) -> Tensor:
    """Return the mean over hidden pixels and colours of how far ``found``, [B, C, S, S] or one of all, is away."""
    images, masks = batch.targets
    return masked_mean((found - images).abs(), masks)
