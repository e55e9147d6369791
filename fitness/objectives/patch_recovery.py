"""Labels and hidden patches at once, as MIM-DARTS learns them (Guo et al., 2022).

Letters: B batch, C channels, H height, W width, S side of the image in pixels, p side of a patch.
"""

import math
from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from fitness.heads.reconstruction import TransposedDecoder
from fitness.objective import Objective
from fitness.objectives.classification import Classification
from spaces import FeatureInfo
from tasks import (
    Batch,
    Fill,
    ImageBatch,
    ImageSource,
    Masking,
    Normalisation,
    channels_of,
    masked_mean,
    normalisation_of,
)

LEAST_VARIANCE = 1e-6  # of a patch that is divided by its deviation
_LEAST_ERROR = 1e-12  # an image that is recovered without error asks for no gradient


class RecoveryHead(nn.Module):
    """A classifier and a decoder, both on the last stage."""

    def __init__(self, classifier: nn.Module, decoder: nn.Module) -> None:
        """Keep the two."""
        super().__init__()
        self.classifier = classifier
        self.decoder = decoder


class PatchRecovery(Objective):
    """The objective: the cross-entropy of a masked image's label, and as much squared error on its hidden pixels.

    The value is twice the cross-entropy, so that networks are compared by their labels alone; the gradient is that of
    the cross-entropy plus that of the error times the ratio of the two. Another ``weight`` of the error than 1 makes
    both the sum of 1 and that many times as much.

    patch: side of a patch in pixels
    ratio: share of the patches that are hidden, others in every image and step
    fill: what stands in a hidden patch, as in ``MaskedAutoencoding``
    normalise: whether the decoder predicts each patch with its mean, over pixels and colours, subtracted and divided by
        its deviation

    Predicted pixels are cut off at the bounds of the source's pixels, unless it does not state its normalisation or
    patches are normalised.
    """

    later_options: ClassVar[tuple[str, ...]] = ("weight",)

    def __init__(
        self,
        *,
        source: ImageSource,
        patch: int = 4,
        ratio: float = 0.8,
        fill: Fill = 1.0,
        normalise: bool = False,
        weight: float = 1.0,
    ) -> None:
        """Raise UsageError for images without labels; ValueError for numbers as ``Masking`` does, and for a weight."""
        if not 0 <= weight < math.inf:
            raise ValueError(f"weight={weight}: must be finite and at least 0; 1 counts errors as much as labels")
        self._classification = Classification(source=source)
        self._masking = Masking(source.size, patch, ratio, fill)
        self._normalise, self._weight, self._channels = normalise, weight, channels_of(source)
        stated = None if normalise else normalisation_of(source)
        self._bounds = None if stated is None else pixel_bounds(stated)

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return masked images [B, C, S, S]; the targets: labels [B], what to recover, and masks [B, 1, S, S]."""
        labels = self._classification.prepare(batch, generator).targets
        masked, masks = self._masking.hide(batch.images, generator)
        recovered = normalise_patches(batch.images, self._masking.patch) if self._normalise else batch.images
        return Batch(masked, (*labels, recovered, masks))

    def head(self, feature_info: Sequence[FeatureInfo]) -> RecoveryHead:
        """Return a fresh classifier and a fresh decoder for a network with these stages."""
        decoder = TransposedDecoder(feature_info, self._bounds, channels=self._channels)
        return RecoveryHead(self._classification.head(feature_info), decoder)

    def loss(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return both losses, balanced."""
        assert isinstance(head, RecoveryHead)
        labels, *_ = batch.targets
        cross_entropy = self._classification.loss(features, head.classifier, Batch(batch.inputs, (labels,)))
        return balanced(cross_entropy, _squared_error(head.decoder(features).float(), batch), self._weight)

    def guessing_loss(self, batch: Batch) -> float:
        """Return that of guessing the label among classes of equal size, as often as the value has it.

        Where they are not, guessing costs less and is not noticed, as in ``Classification``.
        """
        return (1 + self._weight) * math.log(self._classification.even_classes)

    def beside_mean(
        self, features: Sequence[Tensor], head: nn.Module, batch: Batch, mean: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the squared error, and that of the mean colour [C], or of 0 where patches are normalised."""
        assert isinstance(head, RecoveryHead)
        of_all = torch.zeros_like(mean) if self._normalise else mean
        found = head.decoder(features).float()
        return _squared_error(found, batch), _squared_error(of_all[:, None, None], batch)

    def accuracy(self, features: Sequence[Tensor], head: nn.Module, batch: Batch) -> Tensor:
        """Return the share of masked images whose label is told, 0 to 1."""
        assert isinstance(head, RecoveryHead)
        labels, *_ = batch.targets
        return self._classification.accuracy(features, head.classifier, Batch(batch.inputs, (labels,)))


def _squared_error(found: Tensor, batch: Batch) -> Tensor:
    """Return the mean over hidden pixels and colours of the squared error of ``found``, [B, C, S, S] or one of all."""
    _, recovered, masks = batch.targets
    return masked_mean((found - recovered).square(), masks)


def balanced(leading: Tensor, other: Tensor, weight: float = 1.0) -> Tensor:
    """Return ``leading`` plus ``other``, scaled to be ``weight`` times as large; no gradient goes through the scale."""
    scale = (weight * leading / other.clamp_min(_LEAST_ERROR)).detach()
    return leading + scale * other


def pixel_bounds(normalisation: Normalisation) -> tuple[float, float]:
    """Return the least and the largest value that a pixel in [0, 1] may have of any colour once it is normalised."""
    colours = list(zip(normalisation.mean, normalisation.std, strict=True))
    return min(-mean / std for mean, std in colours), max((1 - mean) / std for mean, std in colours)


def normalise_patches(images: Tensor, patch: int) -> Tensor:
    """Return images [B, C, S, S] whose patches of p x p pixels each have mean 0 and deviation 1 over C, p and p."""
    batch, channels, side, _ = images.shape
    patches = images.reshape(batch, channels, side // patch, patch, side // patch, patch)
    variance, mean = torch.var_mean(patches, (1, 3, 5), keepdim=True)
    return ((patches - mean) / (variance + LEAST_VARIANCE).sqrt()).reshape(images.shape)
