"""Catches: a network of cells that differs from the project's, by a stem, a reduction, a concatenation or a norm."""

from typing import Any

import pytest
import torch
from torch import nn

from evo.exporting.networks.cells import Cell, NetworkOfCells, SearchedCell
from spaces.cells.genotype import CellGenotype
from spaces.cells.network import CellLayout, Stem, build_network_of_cells, build_stem

NORMAL = CellGenotype(((("max_pool_3x3", 0), ("sep_conv_3x3", 1)), (("skip_connect", 2), ("avg_pool_3x3", 0))), (3,))
REDUCTION = CellGenotype(((("conv_3x3", 1), ("skip_connect", 0)), (("dil_conv_3x3", 2), ("none", 1))), (2, 3))


def plain(cells: list[CellGenotype], layout: CellLayout, kind: type[Cell] = Cell) -> NetworkOfCells:
    stem: Any = build_stem(layout, 3)
    sizes = {"channels": layout.channels, "reduction": layout.stem.reduction}
    return NetworkOfCells(kind, cells, stem, stem.channels_out, **sizes, num_classes=5)


@pytest.mark.parametrize("searched", [False, True])
@pytest.mark.parametrize("stem", list(Stem))
@pytest.mark.parametrize("count", [3, 5])
def test_it_is_the_projects_network_of_the_same_cells(stem: Stem, count: int, searched: bool) -> None:
    layout = CellLayout(4, count, stem)
    cells = list(layout.spread(NORMAL, REDUCTION))
    torch.manual_seed(0)
    ours = build_network_of_cells(cells, layout, 3, 5, searched=searched)
    torch.manual_seed(0)
    other = plain(cells, layout, SearchedCell if searched else Cell)
    check_same(ours, other, torch.randn(2, 3, 32, 32))
    info = ours.feature_info
    assert other.feature_info.channels() == [stage.channels for stage in info]
    assert other.feature_info.reduction() == [stage.reduction for stage in info]


def check_same(ours: nn.Module, other: nn.Module, x: torch.Tensor) -> None:
    """Check that two networks have the same state, as they were built, and compute the same."""
    one, two = ours.state_dict(), other.state_dict()
    assert list(one) == list(two)
    assert all(torch.equal(value, two[name]) for name, value in one.items())
    with torch.no_grad():
        assert torch.equal(ours.eval()(x), other.eval()(x))
