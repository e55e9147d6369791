"""CIELAB (CIE, 1976): lightness and two axes of colour, of sRGB pixels under the white of D65.

Letters: B batch, H height, W width.
"""

import torch
from torch import Tensor

# IEC 61966-2-1: what red, green and blue add to X, Y and Z, and the X, Y, Z of white.
TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))
WHITE = (0.95047, 1.0, 1.08883)
_DARKEST_CUBE = (6 / 29) ** 3  # where the cube root gives way to a straight line


def to_lab(pixels: Tensor) -> Tensor:
    """Return L, a and b [B, 3, H, W] of pixels [B, 3, H, W] in [0, 1]: L is 0 to 100, a and b about -110 to 100."""
    linear = torch.where(pixels > 0.04045, ((pixels + 0.055) / 1.055) ** 2.4, pixels / 12.92)
    of_white = pixels.new_tensor(TO_XYZ) / pixels.new_tensor(WHITE)[:, None]
    share = torch.einsum("kc,bchw->bkhw", of_white, linear)
    root = torch.where(share > _DARKEST_CUBE, share ** (1 / 3), share / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)
