"""Catches: radii of another law, images that a mask tells nothing of, validation images that training saw, pixels
beyond [0, 1], a normalisation of other images.
"""

import numpy as np
import torch

from tasks.foundation.randomness import derive_rng
from tasks.images.base import Split
from tests.benchmarks.dead_leaves import NORMALISATION, DeadLeaves, _radii


def test_radii_are_as_frequent_as_their_cube_is_small() -> None:
    radii = _radii(100_000, np.random.default_rng(0))
    # the share of density r^-3 between .1 and .8 that is below .2: (100 - 25) / (100 - 1.5625)
    assert radii.min() >= 0.1
    assert radii.max() <= 0.8
    assert abs((radii < 0.2).mean() - 75 / 98.4375) < 0.005


def test_pixels_are_normalised_by_their_own_mean_and_deviation() -> None:
    images = DeadLeaves(16).draw(2000, derive_rng(0, "test", "leaves")).images
    pixels = NORMALISATION.undo(images)
    assert pixels.min() > -1e-6
    assert pixels.max() < 1 + 1e-6
    torch.testing.assert_close(images.mean(dim=(0, 2, 3)), torch.zeros(3), atol=0.03, rtol=0)
    torch.testing.assert_close(images.std(dim=(0, 2, 3)), torch.ones(3), atol=0.03, rtol=0)


def test_a_pixel_is_told_by_its_neighbour_and_not_by_another_image() -> None:
    pixels = DeadLeaves(16).draw(500, np.random.default_rng(1)).images.mean(dim=1)
    neighbours = torch.corrcoef(torch.stack([pixels[:, :, 1:].flatten(), pixels[:, :, :-1].flatten()]))[0, 1]
    others = torch.corrcoef(torch.stack([pixels[1:].flatten(), pixels[:-1].flatten()]))[0, 1]
    assert neighbours > 0.6
    assert abs(others) < 0.05


def test_images_are_those_of_the_generator_and_of_the_split() -> None:
    source = DeadLeaves(8)
    first, again = (source.draw(3, np.random.default_rng(2)).images for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, source.draw(3, np.random.default_rng(2), split=Split.VALIDATION).images)
