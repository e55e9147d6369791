"""Catches: channels shared or handed back wrongly, a projection or an operation counted twice or not at all, a formula
that disagrees with the benchmark's table or with the network that is built.
"""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from spaces import count_parameters
from spaces.nasbench101.cell import NasBench101Cell, cell_from_matrix
from spaces.nasbench101.network import build_nasbench101_network
from spaces.nasbench101.space import NasBench101
from spaces.nasbench101.widths import NasBench101Skeleton, cell_parameters, network_parameters, vertex_widths

PUBLISHED = NasBench101Skeleton(stem_channels=128)


def cell_of(text: str) -> NasBench101Cell:
    return NasBench101().decode(text)


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        ("output~0", (8, 11)),
        ("conv3x3~0+output~1", (8, 11, 11)),
        ("conv3x3~0+output~01", (8, 11, 11)),  # the input is added, it takes no channels
        ("conv3x3~0+conv3x3~0+conv3x3~0+output~123", (8, 4, 4, 3, 11)),
        ("conv3x3~0+conv3x3~1+conv3x3~2+output~3", (8, 11, 11, 11, 11)),
        ("conv3x3~0+conv3x3~0+conv3x3~12+output~23", (8, 5, 6, 5, 11)),  # 1 is as wide as 3, not as 2
        ("conv3x3~0+conv3x3~1+conv3x3~1+output~23", (8, 6, 6, 5, 11)),  # 1 is as wide as the wider
        ("conv3x3~0+conv3x3~01+conv3x3~1+conv3x3~2+conv3x3~4+output~135", (8, 4, 3, 4, 3, 3, 11)),
    ],
)
def test_widths_written_by_hand(text: str, widths: tuple[int, ...]) -> None:
    assert vertex_widths(cell_of(text), 8, 11) == widths


@given(seed=st.integers(0, 2**32 - 1), width_out=st.integers(5, 40))
def test_widths_fill_the_output_and_fall_by_at_most_one_along_edges(seed: int, width_out: int) -> None:
    cell = NasBench101().sample(np.random.default_rng(seed))
    widths = vertex_widths(cell, 7, width_out)
    last = cell.vertices - 1
    beside = [source for source in cell.sources[last] if source > 0]
    assert sum(widths[source] for source in beside) == (width_out if beside else 0)
    assert min(widths) > 0
    assert all(0 <= widths[s] - widths[t] <= 1 for s, t in cell.edges if s > 0 and t < last)


def test_parameters_of_a_cell_counted_by_hand() -> None:
    # widths 4, 3, 2: projections 4*3 + 6 and 4*5 + 10, convolutions 9*3*3 + 6 and 2*2 + 4
    assert cell_parameters(cell_of("conv3x3~0+conv1x1~1+output~012"), 4, 5) == 18 + 30 + 87 + 8
    assert cell_parameters(cell_of("maxpool3x3~0+output~1"), 4, 5) == 30


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("conv1x1~0+conv3x3~0+conv3x3~0+conv3x3~3+maxpool3x3~0+output~1245", 2_694_282),
        ("conv3x3~0+maxpool3x3~1+conv3x3~2+conv3x3~0+conv1x1~034+output~25", 8_555_530),
    ],
)
def test_parameters_are_those_of_the_benchmarks_documentation(text: str, published: int) -> None:
    assert network_parameters(cell_of(text), PUBLISHED, 3, 10) == published


def test_published_parameters_come_out_exactly_through_text_and_back(nasbench101_table: Any) -> None:
    space, rows = NasBench101(), nasbench101_table[::5]
    cells = [cell_from_matrix(row.matrix, row.labels) for row in rows]
    decoded = [space.decode(space.encode(cell)) for cell in cells]
    assert decoded == cells
    counted = [network_parameters(cell, PUBLISHED, 3, 10) for cell in decoded]
    assert counted == [row.params for row in rows]


@pytest.mark.parametrize("seed", range(30))
def test_the_formula_counts_what_is_built(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cell = NasBench101().sample(rng)
    skeleton = NasBench101Skeleton(stem_channels=int(rng.integers(5, 40)), modules_per_stack=int(rng.integers(1, 4)))
    channels, outputs = (int(number) for number in rng.integers(1, 20, size=2))
    with torch.device("meta"):
        network = build_nasbench101_network(cell, skeleton, channels, outputs)
    assert network_parameters(cell, skeleton, channels, outputs) == count_parameters(network)


def test_widths_of_cells_double_with_the_second_and_the_third_stack() -> None:
    skeleton = NasBench101Skeleton(stem_channels=16, modules_per_stack=2)
    assert skeleton.stack_widths == (16, 32, 64)
    assert skeleton.cell_widths == (((16, 16), (16, 16)), ((16, 32), (32, 32)), ((32, 64), (64, 64)))
