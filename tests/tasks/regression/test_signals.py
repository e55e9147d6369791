"""Catches: maps that differ from a pool built naively map by map, shared phases lost, members kept twice, a blur
other than SciPy's, dots on one pixel twice, variances off the published definition, NaN from constant images."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from tasks.regression import signals
from tasks.regression.signal_bases import BANDS

HIGH = BANDS["high"]
SIZE = 8


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def naive_map(f_y: float, f_x: float, phi: float, phase: int) -> np.ndarray:
    """Build one map pixel by pixel; ``phase`` decides between sine and cosine."""
    wave = math.sin if phase % 2 == 0 else math.cos
    pixels = range(1, SIZE + 1)
    return np.array([[wave(2 * math.pi * (f_y * y + f_x * x) + phi) for x in pixels] for y in pixels])


def naive_sin1d_pool(frequencies: tuple[float, ...], phases: np.ndarray) -> list[np.ndarray]:
    pool = []
    for f, turns in zip(frequencies, phases, strict=True):
        phis = [2 * math.pi * turn for turn in turns]
        pool += [naive_map(f, 0, phi, k) for k, phi in enumerate(phis)]
        pool += [naive_map(0, f, phi, k) for k, phi in enumerate(phis)]
    return pool


def naive_sin2d_pool(frequencies: tuple[float, ...], phases: np.ndarray) -> list[np.ndarray]:
    pool = []
    for (i, f_y), (j, f_x) in itertools.product(enumerate(frequencies), repeat=2):
        phis = [2 * math.pi * turn for turn in phases[i, j]]
        maps = [naive_map(f_y, f_x, 2 * phi, k) for k, phi in enumerate(phis)]
        pool += maps + [upright[::-1] for upright in maps]
    return pool


def test_sin1d_equals_the_kept_members_of_the_whole_pool_of_640() -> None:
    built = signals.sin1d(HIGH, (2, 640, SIZE), rng()).numpy()
    host = rng()
    phases = host.random((2, 10, 32))
    order = host.permuted(np.tile(np.arange(640), (2, 1)), axis=1)
    for item in range(2):
        pool = naive_sin1d_pool(HIGH, phases[item])
        assert len(pool) == 640
        for channel in range(640):
            np.testing.assert_allclose(built[item, channel], pool[order[item, channel]], atol=2e-5)


def test_sin2d_equals_the_kept_members_of_the_whole_pool_of_6400() -> None:
    frequencies = (0.07, 0.21, 0.44)
    built = signals.sin2d(frequencies, (2, 64, SIZE), rng()).numpy()
    host = rng()
    phases = host.random((2, 3, 3, 32))
    order = host.permuted(np.tile(np.arange(576), (2, 1)), axis=1)
    for item in range(2):
        pool = naive_sin2d_pool(frequencies, phases[item])
        assert len(pool) == 576
        for channel in range(64):
            np.testing.assert_allclose(built[item, channel], pool[order[item, channel]], atol=2e-5)


def test_pools_hold_64_maps_per_frequency_and_per_pair() -> None:
    assert (signals.sin1d_pool(10), signals.sin2d_pool(10)) == (640, 6400)


def test_a_whole_sin1d_pool_is_half_vertical_half_horizontal_and_never_repeats() -> None:
    maps = signals.sin1d((0.3,), (1, 64, SIZE), rng())[0]
    constant_along_x = torch.isclose(maps, maps[:, :, :1], atol=1e-5).all(dim=(1, 2))
    assert int(constant_along_x.sum()) == 32
    assert len(np.unique(maps.numpy().round(4).reshape(64, -1), axis=0)) == 64


def test_the_horizontal_twin_of_a_vertical_wave_is_its_transpose() -> None:
    maps = signals.sin1d((0.3,), (1, 64, SIZE), rng())[0]
    distance = (maps[:, None] - maps.transpose(-1, -2)[None]).abs().amax(dim=(2, 3))
    assert bool((distance.amin(dim=1) < 1e-4).all())


def test_the_mirror_twin_of_an_oblique_wave_is_upside_down() -> None:
    maps = signals.sin2d((0.3,), (1, 64, SIZE), rng())[0]
    distance = (maps[:, None] - maps.flip(-2)[None]).abs().amax(dim=(2, 3))
    assert bool((distance.amin(dim=1) < 1e-4).all())


@pytest.mark.parametrize(
    ("maps", "variance"),
    [
        (signals.sin1d(HIGH, (64, 64, SIZE), rng(1)), 0.50),
        (signals.sin2d(HIGH, (64, 64, SIZE), rng(1)), 0.50),
        (signals.dot(1.0, (64, 64, SIZE), rng(1)), 1.0),
        (signals.dot(0.5, (64, 64, SIZE), rng(1)), 0.50),
        (signals.gdot(0.5, (64, 64, SIZE), rng(1)), 0.167),
        (signals.gdot(1.0, (64, 64, SIZE), rng(1)), 0.188),
    ],
    ids=["sin1d", "sin2d", "dot100", "dot50", "gdot50", "gdot100"],
)
def test_variances_are_those_of_the_reference(maps: torch.Tensor, variance: float) -> None:
    assert float(maps.var()) == pytest.approx(variance, rel=0.02)


@settings(max_examples=30)
@given(st.floats(1 / 64, 1.0), st.integers(0, 2**32))
def test_dots_light_exactly_their_share_of_distinct_pixels(partial: float, seed: int) -> None:
    maps = signals.dot(partial, (3, 5, SIZE), rng(seed))
    assert bool((maps.abs().sum(dim=(2, 3)) == int(partial * 64)).all())
    assert set(np.unique(maps)) <= {-1.0, 0.0, 1.0}


def test_dots_take_every_pixel_and_both_signs_equally_often() -> None:
    maps = signals.dot(0.25, (100, 64, SIZE), rng()).reshape(-1, 64)
    assert maps.abs().mean(dim=0).numpy() == pytest.approx(np.full(64, 0.25), abs=0.03)
    assert float(maps.mean()) == pytest.approx(0, abs=0.005)


@pytest.mark.parametrize("size", [3, 8, 16])
@pytest.mark.parametrize("partial", [0.12, 0.5, 1.0])
def test_blurred_dots_equal_scipys_filter_of_the_same_dots(partial: float, size: int) -> None:
    dots = signals.dot(partial, (4, 6, size), rng(2)).numpy()
    built = signals.gdot(partial, (4, 6, size), rng(2)).numpy()
    for place in np.ndindex(4, 6):
        blurred = ndimage.gaussian_filter(dots[place], sigma=1)
        np.testing.assert_allclose(built[place], blurred / np.abs(blurred).max(), atol=1e-6)


def test_dots_and_blurred_dots_fill_sheets_that_are_not_square() -> None:
    dots = signals.dot(0.4, (2, 3, 5, 12), rng(2))
    assert dots.shape == (2, 3, 5, 12)
    assert bool((dots.abs().sum(dim=(2, 3)) == int(0.4 * 60)).all())
    built = signals.gdot(0.4, (2, 3, 5, 12), rng(2)).numpy()
    for place in np.ndindex(2, 3):
        blurred = ndimage.gaussian_filter(dots[place].numpy(), sigma=1)
        np.testing.assert_allclose(built[place], blurred / np.abs(blurred).max(), atol=1e-6)
    assert torch.equal(signals.dot(0.4, (2, 3, 6, 6), rng(2)), signals.dot(0.4, (2, 3, 6), rng(2)))


def test_every_blurred_map_reaches_magnitude_one() -> None:
    magnitude = signals.gdot(1 / 64, (16, 64, SIZE), rng()).abs().amax(dim=(2, 3))
    assert bool((magnitude == 1).all())


def test_resize_keeps_every_fourth_pixel_stretched_by_hand() -> None:
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    picked = images[:, :, ::4, ::4]
    low, high = float(picked.min()), float(picked.max())
    planes = rng(5).permutation(1000)[:7] % 3
    expected = (2 * (picked - low) / (high - low) - 1)[:, planes.tolist()]
    torch.testing.assert_close(signals.resize(images, 7, SIZE, rng(5)), expected)


def test_resize_reaches_both_ends_and_uses_all_planes_alike() -> None:
    images = torch.randn(16, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    maps = signals.resize(images, 999, SIZE, rng())
    assert (float(maps.min()), float(maps.max())) == (-1.0, 1.0)
    assert [len(np.unique(item, axis=0)) for item in maps.numpy()] == [3] * 16


def test_constant_images_become_zero_not_nan() -> None:
    assert bool((signals.resize(torch.full((2, 3, 32, 32), 0.7), 4, SIZE, rng()) == 0).all())


BUILDERS = {
    "sin1d": lambda shape, host: signals.sin1d(HIGH, shape, host),
    "sin2d": lambda shape, host: signals.sin2d(HIGH, shape, host),
    "dot": lambda shape, host: signals.dot(0.5, shape, host),
    "gdot": lambda shape, host: signals.gdot(0.5, shape, host),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_maps_are_a_function_of_the_generator_and_differ_between_sets(name: str) -> None:
    first, again = (BUILDERS[name]((2, 16, SIZE), rng(4)) for _ in range(2))
    assert torch.equal(first, again)
    assert first.dtype == torch.float32
    assert first.shape == (2, 16, SIZE, SIZE)
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(first, BUILDERS[name]((2, 16, SIZE), rng(5)))
