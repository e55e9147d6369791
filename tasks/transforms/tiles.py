"""Tiles of images, and the orders a jigsaw puts them in (Noroozi and Favaro, 2016).

Letters: B batch, C channels, S height and width of an image, N cells of the grid on it, t side of a tile in pixels,
K orders.
"""

from functools import cache
from itertools import permutations

import torch
from torch import Tensor

from tasks.foundation.randomness import derive_rng

MOST_ORDERS = 1000
LEAST_DISTANCE = 4
"""Places out of nine in which any two orders differ at least."""

FLAT = 1e-3
"""Deviation below which a tile counts as flat: less than one level of 255 in customary normalisations."""


@cache
def tile_orders(grid: int) -> Tensor:
    """Return orders [K, N] of the N = grid * grid cells: all 24 of a grid of 2, the same 1,000 of a grid of 3.

    These are drawn one by one, and kept where they differ from all kept before in at least ``LEAST_DISTANCE`` places.
    """
    if grid == 2:
        return torch.tensor(list(permutations(range(4))))
    rng = derive_rng(0, "tiles", "orders", grid)
    kept = torch.empty(0, grid * grid, dtype=torch.int64)
    while len(kept) < MOST_ORDERS:
        drawn = torch.from_numpy(rng.permutation(grid * grid))
        if bool(((kept != drawn).sum(1) >= LEAST_DISTANCE).all()):
            kept = torch.cat([kept, drawn[None]])
    return kept


def cut_tiles(images: Tensor, order: Tensor, *, grid: int, side: int, generator: torch.Generator) -> Tensor:
    """Return tiles [B, N, C, t, t] of images [B, C, S, S]: the i-th is of the cell that ``order`` [B, N] names i-th.

    Cells have S // grid pixels and are counted row by row; a tile of ``side`` pixels lies at random in its cell.
    """
    cell, device = images.shape[-1] // grid, images.device
    places = torch.randint(cell - side + 1, (2, *order.shape), generator=generator, device=device)
    within = torch.arange(side, device=device)
    rows = (order // grid * cell + places[0])[..., None] + within
    columns = (order % grid * cell + places[1])[..., None] + within
    numbers = torch.arange(len(images), device=device)[:, None, None, None]
    return images[numbers, :, rows[..., :, None], columns[..., None, :]].movedim(-1, 2)


def standardised(tiles: Tensor) -> Tensor:
    """Return tiles [B, N, C, t, t] less their mean and divided by their deviation, each over all its C * t * t values.

    Flat tiles become zero.
    """
    axes = (-3, -2, -1)
    deviation = tiles.std(axes, correction=0, keepdim=True)
    return torch.where(deviation < FLAT, 0.0, (tiles - tiles.mean(axes, keepdim=True)) / deviation)
