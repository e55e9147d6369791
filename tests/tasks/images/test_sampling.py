"""Catches: colours or axes exchanged, values on another scale, an index drawn twice too early, splits that overlap."""

from math import ceil

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tasks.foundation.errors import UsageError
from tasks.images.sampling import Normalisation, checked_size, choose, cut, split_indices, stack, to_unit


def test_normalisation_subtracts_and_divides_per_colour() -> None:
    pixels = torch.ones(1, 3, 2, 2)
    normalised = Normalisation((0.5, 0.0, 1.0), (0.5, 2.0, 1.0)).apply(pixels)
    assert normalised[0, :, 0, 0].tolist() == [1.0, 0.5, 0.0]


def test_a_normalisation_is_undone_per_colour() -> None:
    images = torch.tensor([1.0, 0.5, 0.0])[None, :, None, None].expand(1, 3, 2, 2)
    assert Normalisation((0.5, 0.0, 1.0), (0.5, 2.0, 1.0)).undo(images)[0, :, 1, 0].tolist() == [1.0, 1.0, 1.0]


def test_bytes_become_channels_first_floats_up_to_one() -> None:
    pixels = np.zeros((1, 2, 3, 3), dtype=np.uint8)
    pixels[0, 1, 2] = (255, 51, 0)
    unit = to_unit(pixels)
    assert unit.shape == (1, 3, 2, 3)
    assert unit[0, :, 1, 2].tolist() == pytest.approx([1.0, 0.2, 0.0])
    assert unit.is_contiguous()


@given(st.integers(1, 20), st.integers(0, 70), st.integers(0, 99))
def test_no_index_comes_twice_before_all_came_once(population: int, count: int, seed: int) -> None:
    chosen = choose(population, count, np.random.default_rng(seed))
    assert len(chosen) == count
    seen = np.bincount(chosen, minlength=population)
    assert seen.min(initial=count) >= count // population
    assert seen.max(initial=0) <= ceil(count / population)


@given(st.integers(2, 200), st.floats(0.01, 0.5), st.integers(0, 99))
def test_a_split_covers_everything_once_with_something_on_each_side(population: int, share: float, seed: int) -> None:
    train, validation = split_indices(population, share, np.random.default_rng(seed))
    assert sorted(train + validation) == list(range(population))
    assert len(validation) == max(1, round(share * population))
    assert train == sorted(train)
    assert train


def test_nothing_is_drawn_from_nothing() -> None:
    with pytest.raises(UsageError, match="a split without an image was asked for"):
        choose(0, 1, np.random.default_rng(0))


def test_a_cut_of_the_size_asked_for_is_the_very_pixels() -> None:
    pixels = np.random.default_rng(0).integers(256, size=(20, 30, 3), dtype=np.uint8)
    assert np.array_equal(cut(Image.fromarray(pixels), (7, 2), 12, 12), pixels[2:14, 7:19])


def test_a_shrunken_cut_averages_instead_of_skipping_pixels() -> None:
    stripes = np.zeros((64, 64, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    small = cut(Image.fromarray(stripes), (0, 0), 64, 8)
    assert small.min() > 110
    assert small.max() < 145


def test_only_the_chosen_images_are_mirrored() -> None:
    image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    batch = stack([image, image], np.array([False, True]))
    assert np.array_equal(batch[0], image)
    assert np.array_equal(batch[1], image[:, ::-1])


def test_no_pixel_is_too_few() -> None:
    assert checked_size(1) == 1
    with pytest.raises(UsageError, match="size=0"):
        checked_size(0)
