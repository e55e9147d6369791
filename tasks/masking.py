"""Random masks made of whole patches, as masked image modelling hides them (Xie et al., SimMIM, 2022).

Letters: B batch, C channels, H height, W width, p side of a patch in pixels.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional


def patch_masks(shape: torch.Size, *, patch: int, ratio: float, generator: torch.Generator) -> Tensor:
    """Return masks [B, 1, H, W] for pictures of ``shape`` [B, C, H, W]: 1 where a pixel is hidden, 0 elsewhere.

    Each picture hides ceil(ratio * patches) patches of its own, drawn without replacement. Raises ValueError where
    patches do not fill the picture, or none or all would be hidden.
    """
    batch, _, height, width = shape
    if height % patch or width % patch:
        raise ValueError(f"patches of {patch} pixels do not fill pictures of {height} x {width}")
    rows, columns = height // patch, width // patch
    hidden = math.ceil(ratio * rows * columns)
    if not 0 < hidden < rows * columns:
        raise ValueError(f"ratio {ratio} hides {hidden} of {rows * columns} patches; some must be hidden and some seen")
    order = torch.rand(batch, rows * columns, generator=generator, device=generator.device).argsort(1)
    masks = (order < hidden).to(torch.float32).reshape(batch, 1, rows, columns)
    return functional.interpolate(masks, scale_factor=patch, mode="nearest")


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of ``values`` [B, C, H, W] over the pixels that ``mask`` [B, 1, H, W] hides."""
    return (values * mask).sum() / (mask.sum() * values.shape[1])
