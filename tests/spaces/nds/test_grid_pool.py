"""Catches: a pool with networks outside the caps or twice in it, one that is not a fixed uniform part of the members,
a pool that costs a listing of the largest grids.
"""

import numpy as np
import pytest

from spaces.nds import grid_pool as nds_grid_pool
from spaces.nds.grid_axes import GRIDS
from spaces.nds.grid_costs import are_members, member_indices
from spaces.nds.grid_pool import draw_pool

LISTED, REJECTED = "resnet", "resnext_b"


@pytest.mark.parametrize("name", sorted(GRIDS))
def test_a_pool_holds_as_many_different_members_as_asked_for_in_rising_order(name: str) -> None:
    pool = draw_pool(GRIDS[name], 3_000, 0)
    assert len(pool) == 3_000
    assert (np.diff(pool) > 0).all()
    assert are_members(GRIDS[name], pool).all()


@pytest.mark.parametrize("name", [LISTED, REJECTED])
def test_a_pool_is_fixed_by_its_seed(name: str) -> None:
    pool = draw_pool(GRIDS[name], 50, 0)
    assert np.array_equal(pool, draw_pool(GRIDS[name], 50, 0))
    assert np.intersect1d(pool, draw_pool(GRIDS[name], 50, 1)).size == 0


def test_two_grids_of_one_shape_draw_different_pools() -> None:
    assert not np.array_equal(draw_pool(GRIDS["resnext_a"], 50, 0), draw_pool(GRIDS["resnext_a_in"], 50, 0))


def test_large_grids_are_not_listed_for_a_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(grid: object) -> None:
        raise AssertionError("listed")

    monkeypatch.setattr(nds_grid_pool, "member_indices", refuse)
    for name in ("resnext_a", "resnext_b", "resnext_a_in", "resnext_b_in"):
        assert len(draw_pool(GRIDS[name], 2, 0)) == 2


def test_rejection_is_uniform_over_the_members() -> None:
    grid = GRIDS["resnext_a"]
    members, pool = member_indices(grid), draw_pool(grid, 100_000, 0)
    ranks = np.searchsorted(members, pool) * 20 // len(members)  # 20 slices with equally many members
    counts = np.bincount(ranks, minlength=20)
    assert ((counts - 5_000) ** 2 / 5_000).sum() < 43.8  # chi-square, 19 degrees of freedom, .999


def test_rejection_drops_repeats_and_keeps_the_first_of_equals_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.array([5, 3, 5, 9, 3, 1])
    assert nds_grid_pool._without_repeats(values).tolist() == [5, 3, 9, 1]


def test_the_largest_pool_is_all_members() -> None:
    grid = GRIDS[LISTED]
    assert np.array_equal(draw_pool(grid, 197_858, 0), draw_pool(grid, 0, 0))
    assert np.array_equal(draw_pool(grid, 0, 0), member_indices(grid))


@pytest.mark.parametrize("pool", [-1, 1, 197_859])
def test_a_pool_that_cannot_be_had_is_refused(pool: int) -> None:
    with pytest.raises(ValueError, match=f"pool is {pool}; it must be 0 for all members, or 2 to 197858"):
        draw_pool(GRIDS[LISTED], pool, 0)
