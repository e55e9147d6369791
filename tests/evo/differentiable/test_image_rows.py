"""Catches: images of another brightness than the source's, rows or columns in another order, a sheet that is too large,
grey images and ones with more channels than a PNG is made of here."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from evo.differentiable.image_rows import GAP, LARGEST_SIDE, MOST_COLUMNS, image_rows
from tasks import UNSTATED


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


def test_rows_stand_below_each_other_with_the_colours_of_the_source() -> None:
    top, bottom = torch.zeros(2, 3, 4, 4), torch.zeros(2, 3, 4, 4)
    top[1, 0] = 2.0  # red is 0.5 + 2 * 0.25
    bottom[0] = -9.0  # darker than black
    found = pixels(image_rows([top, bottom], UNSTATED))
    assert found.shape == (8 + GAP, 8 + GAP, 3)
    assert found[0, 0].tolist() == [128, 128, 128]
    assert found[0, 4 + GAP].tolist() == [255, 128, 128]
    assert found[4 + GAP, 0].tolist() == [0, 0, 0]
    assert found[4, 0].tolist() == [255, 255, 255]


def test_without_a_normalisation_the_first_row_says_what_is_black_and_white() -> None:
    row = torch.tensor([-1.0, 3.0]).reshape(2, 1, 1, 1).expand(2, 1, 4, 4)
    found = pixels(image_rows([row, torch.full((2, 1, 4, 4), 1.0)], None))
    assert (found[0, 0, 0], found[0, 4 + GAP, 0], found[4 + GAP, 0, 1]) == (0, 255, 128)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_large_and_many_images_are_made_smaller_and_fewer(channels: int) -> None:
    found = pixels(image_rows([torch.rand(20, channels, 224, 224)], None))
    assert found.shape == (LARGEST_SIDE, MOST_COLUMNS * (LARGEST_SIDE + GAP) - GAP, 3)
