"""Catches: a colour that scikit-image converts to another one, the two branches of either curve exchanged."""

import numpy as np
import torch
from skimage.color import rgb2lab

from tasks.transforms.colour_bins import to_lab


def test_colours_are_those_of_scikit_image() -> None:
    levels = np.linspace(0, 1, 18)
    levels[1:3] = 0.03, 0.05  # on both sides of where sRGB's curve becomes straight
    cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=1)  # 18 images of 18 x 18 pixels
    np.testing.assert_allclose(to_lab(torch.from_numpy(cube)).numpy(), rgb2lab(cube, channel_axis=1), atol=2e-3)


def test_white_and_red_are_the_published_values() -> None:
    pixels = torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]])[:, :, None, None]
    expected = torch.tensor([[100.0, 0.0, 0.0], [53.24, 80.09, 67.20]])
    torch.testing.assert_close(to_lab(pixels)[:, :, 0, 0], expected, atol=0.02, rtol=0)
