"""Catches: a class that is not the order of the tiles, tiles of two images joined, colours kept or lost too often, a
tile that does not fit, sizes other than published, networks that cannot halve a tile."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import nn

from fitness import FITNESSES, EvalContext
from fitness.objectives.jigsaw import Jigsaw
from fitness.training.fitness import TrainedFitness
from spaces import FeatureInfo
from tasks import ImageBatch, UsageError, open_images
from tasks.images.noise import NoiseImages
from tasks.images.photos import NORMALISATION, Photos
from tasks.transforms.tiles import tile_orders

INFO = [FeatureInfo(4, 1)]


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbered(batch: int, grid: int, cell: int) -> torch.Tensor:
    """Images [B, 3, S, S] of noise that is the stronger in the first plane the later a cell comes, row by row."""
    strength = 4.0 ** torch.arange(grid**2).reshape(grid, grid)
    first = torch.randn(batch, grid * cell, grid * cell, generator=seeded()) * strength.repeat_interleave(
        cell, 0
    ).repeat_interleave(cell, 1)
    return torch.stack([first, torch.ones_like(first), -torch.ones_like(first)], dim=1)


@pytest.mark.parametrize(("grid", "tile", "orders"), [(2, 12, 24), (3, 8, 1000)])
def test_putting_the_tiles_back_by_the_class_puts_the_image_together(grid: int, tile: int, orders: int) -> None:
    """Planes two and three are 1 and -1: their difference is 2 / deviation, smaller the later a tile's cell comes."""
    objective = Jigsaw(source=NoiseImages(32), grid=grid, grey=0.0)
    images = numbered(40, grid, 32 // grid)
    batch = objective.prepare(ImageBatch(images), seeded())
    assert batch.inputs.shape == (40 * grid**2, 3, tile, tile)
    assert len(tile_orders(grid)) == orders
    tiles = batch.inputs.unflatten(0, (40, grid**2))
    contrast = (tiles[:, :, 1] - tiles[:, :, 2]).amax((2, 3))
    back = torch.empty_like(contrast).scatter_(1, tile_orders(grid)[batch.targets[0]], contrast)
    assert bool((back[:, 1:] < back[:, :-1]).all())
    assert len(set(batch.targets[0].tolist())) > 12  # of 40 draws


def test_every_tile_has_zero_mean_and_unit_deviation() -> None:
    batch = Jigsaw(source=Photos(32)).prepare(ImageBatch(torch.randn(4, 3, 32, 32)), seeded())
    torch.testing.assert_close(batch.inputs.mean((1, 2, 3)), torch.zeros(16), atol=1e-5, rtol=0)
    torch.testing.assert_close(batch.inputs.std((1, 2, 3), correction=0), torch.ones(16))


def test_a_grey_image_has_the_luminance_of_its_pixels_in_three_planes() -> None:
    """Tiles fill their cells here, so that only their order is left to chance."""
    pixels = torch.rand(1, 3, 8, 8, generator=seeded())
    images = NORMALISATION.apply(pixels)
    objective = Jigsaw(source=Photos(8), tile=4, grey=1.0)
    batch = objective.prepare(ImageBatch(images), seeded())
    grey = 0.2125 * pixels[:, :1] + 0.7154 * pixels[:, 1:2] + 0.0721 * pixels[:, 2:]
    planes = NORMALISATION.apply(grey.expand(-1, 3, -1, -1))
    first = int(tile_orders(2)[batch.targets[0]][0, 0])
    row, column = 4 * (first // 2), 4 * (first % 2)
    tile = planes[0, :, row : row + 4, column : column + 4]
    torch.testing.assert_close(batch.inputs[0], (tile - tile.mean()) / tile.std(correction=0))


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.3, 240, 360), (1.0, 1000, 1000)])
def test_a_share_of_the_images_is_grey(share: float, least: int, most: int) -> None:
    objective = Jigsaw(source=NoiseImages(8), grey=share)  # does not say how it normalises: grey planes stay equal
    tiles = objective.prepare(ImageBatch(torch.randn(1000, 3, 8, 8)), seeded()).inputs.unflatten(0, (1000, 4))
    equal = torch.isclose(tiles[:, :, :1], tiles, atol=1e-5).flatten(1).all(1)
    assert least <= int(equal.sum()) <= most


@pytest.mark.parametrize(("size", "grid", "side"), [(32, 2, 12), (255, 3, 64), (32, 3, 8), (16, 2, 8), (8, 2, 4)])
def test_tiles_have_the_published_size_or_one_that_halves_twice(size: int, grid: int, side: int) -> None:
    batch = Jigsaw(source=NoiseImages(size), grid=grid).prepare(ImageBatch(torch.rand(1, 3, size, size)), seeded())
    assert batch.inputs.shape[-1] == side


@pytest.mark.parametrize(
    ("size", "options", "words"),
    [
        (7, {}, "tiles of 4 pixels do not fit the cells of 3 that a grid of 2 makes of images of 7"),
        (32, {"tile": 17}, "tiles of 17 pixels do not fit the cells of 16"),
        (32, {"grid": 4}, "grid=4: must be 2 or 3"),
        (32, {"tile": -1}, "tile=-1"),
        (32, {"grey": 1.5}, r"grey=1\.5"),
    ],
)
def test_what_does_not_fit_is_refused(size: int, options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        FITNESSES.build("jigsaw", options, source=NoiseImages(size))


@pytest.mark.parametrize("reduction", [4, 8])
@pytest.mark.parametrize("grid", [2, 3])
def test_tiles_go_through_networks_that_halve_them_twice_and_three_times(reduction: int, grid: int) -> None:
    strides = [2] * {4: 2, 8: 3}[reduction]
    trunk = nn.Sequential(*(nn.Conv2d(3, 3, 3, stride, padding=1) for stride in strides))
    objective = Jigsaw(source=NoiseImages(32), grid=grid)
    batch = objective.prepare(ImageBatch(torch.rand(2, 3, 32, 32)), seeded())
    head = objective.head([FeatureInfo(3, reduction)])
    assert head([trunk(batch.inputs)]).shape == (2, len(tile_orders(grid)))


def test_the_head_joins_the_tiles_of_one_image() -> None:
    objective = Jigsaw(source=NoiseImages(32))
    head = objective.head(INFO)
    norms, classifier = head.children()
    features = torch.rand(8, 4, 3, 3)
    (normed,) = norms([features])
    expected = torch.stack([classifier.linear(normed[4 * i : 4 * i + 4].mean((2, 3)).flatten()) for i in range(2)])
    torch.testing.assert_close(head([features]), expected)


def test_a_tiny_network_learns_to_order_tiles(make_context: Callable[..., EvalContext]) -> None:
    context = replace(make_context(), images=open_images("digits", size=16))
    fitness = TrainedFitness(objective="jigsaw", steps=60, batch=32, learning_rate=0.2, precision="float32")
    assert fitness(9, context).metrics["accuracy"] > 0.2  # 0.04 by chance
