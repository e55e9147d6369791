"""Bins of colours, whatever their lightness (Zhang et al., Colorful Image Colorization, 2016), and CIELAB.

CIELAB (CIE, 1976) is lightness and two axes of colour, here of sRGB pixels under the white of D65. It is written out
because scikit-image's works on NumPy arrays on the CPU alone, and here whole batches of tensors are converted.

Letters: B batch, H height, W width, K bins.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from tasks.images.constants import constant

GRID = 10.0
REACH = 11
"""Steps of the grid from grey to the farthest colour of sRGB."""


@dataclass(frozen=True)
class ColourBins:
    """The points of a grid of 10 x 10 in CIELAB's a and b that are nearest to some sRGB colour of 8 bits: K = 261.

    The paper lists 313 without a rule to find them: these 261, and 52 around them that are nearest to no colour, and
    therefore never the class of a pixel.

    centres: [K, 2], by a, then b; numbers: [2 * REACH + 1, 2 * REACH + 1], the bin of every point of the grid, the
    nearest one where it is none itself.
    """

    centres: Tensor
    numbers: Tensor

    def classes(self, ab: Tensor) -> Tensor:
        """Return the number [B, H, W] of the bin of each pixel's a and b [B, 2, H, W]."""
        return self.numbers.to(ab.device, non_blocking=ab.is_cuda)[_steps(ab)]


@cache
def colour_bins() -> ColourBins:
    """Return the bins, found on the surface of the cube of sRGB colours: what is inside lies beneath it in a and b."""
    points = torch.cartesian_prod(*[torch.arange(-REACH, REACH + 1.0)] * 2)
    reached = torch.zeros(2 * REACH + 1, 2 * REACH + 1, dtype=torch.bool)
    reached[_steps(to_lab(_surface())[:, 1:])] = True
    bins = points[reached.flatten()]
    return ColourBins(GRID * bins, torch.cdist(points, bins).argmin(1).reshape(reached.shape))


def _steps(ab: Tensor) -> tuple[Tensor, Tensor]:
    """Return the row and the column [B, H, W] of the grid's point nearest to each a and b [B, 2, H, W]."""
    row, column = ((ab / GRID).round().clamp(-REACH, REACH).long() + REACH).unbind(1)
    return row, column


def _surface(levels: int = 256) -> Tensor:
    """Return the six faces [6, 3, levels, levels] of the cube of colours."""
    axis = torch.linspace(0, 1, levels, dtype=torch.float64)
    one, other = torch.meshgrid(axis, axis, indexing="ij")
    ends = torch.zeros_like(one), torch.ones_like(one)
    return torch.stack([torch.stack([end, one, other]).roll(turn, 0) for end in ends for turn in range(3)])


# IEC 61966-2-1: what red, green and blue add to X, Y and Z, and the X, Y, Z of white.
TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))
WHITE = (0.95047, 1.0, 1.08883)
_DARKEST_CUBE = (6 / 29) ** 3  # where the cube root gives way to a straight line


def to_lab(pixels: Tensor) -> Tensor:
    """Return L, a and b [B, 3, H, W] of pixels [B, 3, H, W] in [0, 1]: L is 0 to 100, a and b about -110 to 100."""
    linear = torch.where(pixels > 0.04045, ((pixels + 0.055) / 1.055) ** 2.4, pixels / 12.92)
    to_xyz, white = (constant(each, pixels.device, pixels.dtype) for each in (TO_XYZ, WHITE))
    of_white = to_xyz / white[:, None]
    share = torch.einsum("kc,bchw->bkhw", of_white, linear)
    root = torch.where(share > _DARKEST_CUBE, share ** (1 / 3), share / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)
