"""Rows of images as one PNG, for people to look at.

Letters: R rows, B images in each, C channels, S side of an image in pixels.
"""

import io
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from tasks import Normalisation

MOST_COLUMNS, LARGEST_SIDE = 8, 96
"""Images of a row, and pixels of an image; larger ones are made smaller."""
GAP = 2
_GREY = 1


def image_rows(rows: Sequence[Tensor], normalisation: Normalisation | None) -> bytes:
    """Return a PNG of R rows of images [B, C, S, S], normalised as their source says; of more than 3 channels, 3.

    normalisation: None where the source does not say; then the darkest pixel of the first row is black, and its
    brightest white
    """
    from PIL import Image

    shown = [_smaller(row.detach().float().cpu()[:MOST_COLUMNS]) for row in rows]
    if normalisation is not None:
        pixels = [normalisation.undo(row) for row in shown]
    else:
        low, high = shown[0].min(), shown[0].max()
        pixels = [(row - low) / (high - low).clamp(min=1e-12) for row in shown]
    lines = [functional.pad(_coloured(row), (0, GAP, 0, GAP), value=1.0) for row in pixels]
    sheet = torch.cat([torch.cat(list(line), dim=2) for line in lines], dim=1)[:, :-GAP, :-GAP]
    pixels_of_sheet = (sheet.nan_to_num().clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0)
    written = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels_of_sheet.numpy())).save(written, "PNG")
    return written.getvalue()


def _smaller(images: Tensor) -> Tensor:
    side = images.shape[-1]
    return images if side <= LARGEST_SIDE else functional.interpolate(images, LARGEST_SIDE, mode="area")


def _coloured(images: Tensor) -> Tensor:
    """Return the images with 3 channels."""
    return images.expand(-1, 3, -1, -1) if images.shape[1] == _GREY else images[:, :3]
