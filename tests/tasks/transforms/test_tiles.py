"""Catches: an order that is missing, comes twice or hardly differs from another; a tile of another cell or across its
edge, at a fixed place, or with rows and columns exchanged; a tile that keeps its brightness, or is not a number."""

import itertools

import pytest
import torch

from tasks.transforms.tiles import cut_tiles, standardised, tile_orders


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def addressed(batch: int, size: int) -> torch.Tensor:
    """Images [B, 3, S, S] whose planes say which image, row and column a pixel is of."""
    axes = torch.arange(batch), torch.arange(size), torch.arange(size)
    return torch.stack(torch.meshgrid(*axes, indexing="ij"), dim=1).float()


def test_a_grid_of_two_has_every_order_once() -> None:
    assert {tuple(order) for order in tile_orders(2).tolist()} == set(itertools.permutations(range(4)))
    assert len(tile_orders(2)) == 24


def test_a_grid_of_three_has_a_thousand_orders_that_differ_in_four_places_or_more() -> None:
    orders = tile_orders(3)
    assert orders.shape == (1000, 9)
    assert bool((orders.sort(1).values == torch.arange(9)).all())
    differing = (orders[:, None] != orders).sum(-1) + 9 * torch.eye(1000, dtype=torch.int64)
    assert int(differing.min()) == 4


def test_the_orders_are_the_same_in_every_process() -> None:
    assert torch.equal(tile_orders.__wrapped__(3), tile_orders(3))


@pytest.mark.parametrize(("grid", "size", "side"), [(2, 32, 12), (3, 32, 8), (2, 9, 4), (3, 9, 3)])
def test_a_tile_is_a_whole_piece_of_the_cell_that_the_order_names(grid: int, size: int, side: int) -> None:
    orders = tile_orders(grid)[[5, 17]]
    tiles = cut_tiles(addressed(2, size), orders, grid=grid, side=side, generator=seeded())
    assert tiles.shape == (2, grid**2, 3, side, side)
    cell = size // grid
    for image, place in itertools.product(range(2), range(grid**2)):
        which, rows, columns = tiles[image, place]
        row, column = divmod(int(orders[image, place]), grid)
        assert bool((which == image).all())
        assert torch.equal(rows, rows[:1, :1] + torch.arange(side)[:, None].expand(-1, side))
        assert torch.equal(columns, columns[:1, :1] + torch.arange(side).expand(side, -1))
        assert row * cell <= rows.min()
        assert rows.max() < (row + 1) * cell
        assert column * cell <= columns.min()
        assert columns.max() < (column + 1) * cell


def test_tiles_lie_everywhere_in_their_cells_each_for_itself() -> None:
    order = torch.arange(4).expand(300, -1)
    tiles = cut_tiles(addressed(300, 32), order, grid=2, side=12, generator=seeded())
    corners = tiles[:, :, 1:, 0, 0] - 16 * torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert [sorted(set(corners[:, place, axis].tolist())) for place in range(4) for axis in range(2)] == [
        [0.0, 1.0, 2.0, 3.0, 4.0]
    ] * 8
    assert len({tuple(places) for places in corners.flatten(1).tolist()}) > 290


def test_tiles_are_a_function_of_the_generator() -> None:
    images, order = torch.rand(3, 3, 16, 16), torch.arange(4).expand(3, -1)
    first, again, other = (cut_tiles(images, order, grid=2, side=4, generator=seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_tile_is_standardised_over_all_its_values() -> None:
    tile = torch.tensor([1.0, 3.0, 5.0, 7.0])[None, None, :, None, None]  # mean 4, variance (9 + 1 + 1 + 9) / 4 = 5
    both = standardised(torch.cat([tile, 10 * tile + 3], dim=1))
    expected = torch.tensor([-3.0, -1.0, 1.0, 3.0]) / 5**0.5
    torch.testing.assert_close(both[0, :, :, 0, 0], expected.expand(2, -1))


@pytest.mark.parametrize("value", [0.0, 0.3, -1.7])
def test_a_flat_tile_becomes_zero(value: float) -> None:
    assert bool((standardised(torch.full((1, 1, 3, 12, 12), value)) == 0).all())
