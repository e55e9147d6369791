"""Catches: a count of another width, of another head or without the classifier's biases, one space's sizes asked of
another, a count of all candidates where that takes hours.
"""

from typing import Any

import pytest

from spaces import InputSpec, count_parameters
from spaces.nds.grids import NdsGrid
from spaces.tables.own_sizes import nasbench101_sizes, nasbench201_sizes, nds_sizes
from spaces.tables.published import OwnSizes
from tests.published_files import PUBLISHED_SIZES, SPACE

NETWORK = "ds=1,1,1,1:ws=16,16,16,16"


@pytest.mark.parametrize(("cell", "sizes"), PUBLISHED_SIZES.items())
def test_sizes_of_nasbench201_are_the_published_ones(cell: str, sizes: tuple[float, float]) -> None:
    own = nasbench201_sizes("nasbench201")
    assert tuple(own.count(cell)[name] for name in own.columns) == sizes
    assert own.every


def test_sizes_of_nasbench101_are_those_of_its_published_width() -> None:
    # a cell of one 3x3 convolution, by hand: three stacks of three cells with 128, 256 and 512 channels
    convolution = {width: 9 * width * width + 2 * width for width in (128, 256, 512)}
    projected = {  # a cell's input is projected, to its own width or, in the first cell of a stack, from half of it
        width: sum(before * width + 2 * width for before in (width if width == 128 else width // 2, width, width))
        for width in (128, 256, 512)
    }
    stem, classifier = 27 * 128 + 2 * 128, 512 * 10 + 10
    expected = stem + classifier + sum(3 * convolution[width] + projected[width] for width in (128, 256, 512))
    own = nasbench101_sizes("nasbench101")
    assert own.count("conv3x3~0+output~1") == {"params": expected}
    assert (own.columns, own.every) == (("params",), False)


@pytest.mark.parametrize(("space", "size", "classes"), [("nds_resnet", 32, 10), ("nds_resnet_in", 224, 1_000)])
def test_sizes_of_nds_are_parameters_for_the_data_of_the_sweep(space: str, size: int, classes: int) -> None:
    grid: Any = NdsGrid(grid="resnet" if size == 32 else "resnet_in")
    network = grid.build(grid.decode(NETWORK), InputSpec(3, size), classes)
    assert nds_sizes(space).count(NETWORK) == {"params": count_parameters(network)}
    assert nds_sizes(space).columns == ("params", "flops")


def test_another_space_counts_nothing() -> None:
    for of in (nasbench101_sizes, nasbench201_sizes, nds_sizes):
        assert of(SPACE).count("1") == {}
        assert not of(SPACE).every
    assert OwnSizes().count("1") == {}
