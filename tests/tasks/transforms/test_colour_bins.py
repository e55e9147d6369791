"""Catches: a bin that no colour has or one that is missing, a pixel put elsewhere than into its nearest bin."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import rgb2lab

from tasks.transforms.colour_bins import colour_bins, to_lab

NUMBER = 261  # counted over all 16,777,216 colours of 8 bits per channel with scikit-image


def test_the_bins_are_those_that_scikit_image_reaches_from_inside_the_cube_of_colours() -> None:
    levels = np.linspace(0, 1, 64)
    cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    reached = np.unique(np.round(rgb2lab(cube)[:, 0, 1:] / 10), axis=0)
    assert len(reached) == NUMBER
    assert np.array_equal(colour_bins().centres.numpy(), 10 * reached)


def test_the_bins_are_among_the_published_ones() -> None:
    # The least and the greatest b of the paper's 313 bins for a = -90, -80, ..., 100; none is missing in between.
    least = [5, 2, 0, -2, -3, -4, -5, -5, -6, -7, -8, -8, -9, -10, -10, -11, -11, -11, -11, -9]
    most = [9, 9, 9, 9, 10, 10, 10, 10, 10, 10, 9, 9, 9, 9, 8, 8, 8, 7, 7, 0]
    published = {(10 * (a - 9), 10 * b) for a in range(20) for b in range(least[a], most[a] + 1)}
    assert len(published) == 313
    assert {(int(a), int(b)) for a, b in colour_bins().centres.tolist()} < published


def test_every_centre_is_of_its_own_bin() -> None:
    centres = colour_bins().centres
    assert colour_bins().classes(centres[None, :, :, None].movedim(1, 2)).flatten().tolist() == list(range(NUMBER))


@given(st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3))
def test_a_colour_is_of_the_nearest_bin(colour: list[float]) -> None:
    ab = to_lab(torch.tensor(colour)[None, :, None, None])[:, 1:]
    distances = (colour_bins().centres - ab.flatten()).norm(dim=1)
    assert float(distances[int(colour_bins().classes(ab))]) <= float(distances.min()) + 1e-3


def test_what_no_screen_shows_is_of_the_nearest_bin_too() -> None:
    beyond = torch.tensor([[300.0, -60.0], [-90.0, 60.0]])[:, :, None, None]
    chosen = colour_bins().centres[colour_bins().classes(beyond).flatten()]
    assert chosen.tolist() == [[100.0, -60.0], [-80.0, 60.0]]
