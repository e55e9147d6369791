"""Random masks made of whole patches, as masked image modelling hides them (Xie et al., SimMIM, 2022).

Letters: B batch, C channels, H height, W width, S side of an image, p side of a patch in pixels.
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Fill = Literal["zero", "mean"] | float
"""What stands where an image is hidden: zero, which in a normalised image is the data's mean colour, the mean colour
of what the image shows, or a number."""


@dataclass(frozen=True)
class Masking:
    """How images of ``size`` x ``size`` pixels are hidden in part: each in patches of its own choice.

    patch: p
    ratio: share of the patches that are hidden
    fill: what is shown in their place

    Raises ValueError for a number out of range, for patches that do not fill the image, and where none or all would be
    hidden.
    """

    size: int
    patch: int
    ratio: float
    fill: Fill = "zero"

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.patch < 1:
            raise ValueError(f"patch={self.patch}: must be at least 1 pixel")
        if not 0 < self.ratio < 1:
            raise ValueError(f"ratio={self.ratio}: must be more than 0 and less than 1")
        if self.fill not in ("zero", "mean") and not (isinstance(self.fill, float | int) and math.isfinite(self.fill)):
            raise ValueError(f"fill={self.fill}: must be zero, mean or a finite number")
        _count_hidden(self.size, self.size, self.patch, self.ratio)

    def hide(self, images: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return the images [B, C, S, S] with their hidden pixels replaced, and the masks [B, 1, S, S]."""
        masks = patch_masks(images.shape, patch=self.patch, ratio=self.ratio, generator=generator)
        return torch.where(masks.bool(), self._filling(images, masks), images), masks

    def _filling(self, images: Tensor, masks: Tensor) -> Tensor:
        if self.fill == "mean":
            seen = 1 - masks
            return (images * seen).sum((2, 3), keepdim=True) / seen.sum((2, 3), keepdim=True)
        return images.new_full((), 0.0 if self.fill == "zero" else self.fill)


def patch_masks(shape: torch.Size, *, patch: int, ratio: float, generator: torch.Generator) -> Tensor:
    """Return masks [B, 1, H, W] for images of ``shape`` [B, C, H, W]: 1 where a pixel is hidden, 0 elsewhere.

    Each image hides ceil(ratio * patches) patches of its own, drawn without replacement. Raises ValueError where
    patches do not fill the image, or none or all would be hidden.
    """
    batch, _, height, width = shape
    hidden = _count_hidden(height, width, patch, ratio)
    rows, columns = height // patch, width // patch
    order = torch.rand(batch, rows * columns, generator=generator, device=generator.device).argsort(1)
    masks = (order < hidden).to(torch.float32).reshape(batch, 1, rows, columns)
    return functional.interpolate(masks, scale_factor=patch, mode="nearest")


def _count_hidden(height: int, width: int, patch: int, ratio: float) -> int:
    """Return how many patches are hidden; raises ValueError as ``patch_masks`` does."""
    if height % patch or width % patch:
        raise ValueError(f"patch={patch}: patches of {patch} pixels do not fill images of {height} x {width}")
    patches = (height // patch) * (width // patch)
    hidden = math.ceil(round(ratio * patches, ndigits=9))  # .55 of 100 is 55.00000000000001 in floats
    if not 0 < hidden < patches:
        raise ValueError(
            f"ratio={ratio} with patch={patch} hides {hidden} of {patches} patches; some must be hidden and some seen"
        )
    return hidden


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of ``values`` [B, C, H, W] over the pixels that ``mask`` [B, 1, H, W] hides."""
    return (values * mask).sum() / (mask.sum() * values.shape[1])
