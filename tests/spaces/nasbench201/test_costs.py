"""Catches: a cost on the wrong edge, a dead edge left out, codes that are not the published ones, an option of the
space that costs ignore, costs that do not add up to those of the network.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import Complexity, CostedSpace, InputSpec, OperationCosts, Place, count_complexity
from spaces.nasbench201.space import NasBench201

# The example of the released cell information of NAR (Guo et al., 2022), for CIFAR and for ImageNet16.
EXAMPLE = "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
PUBLISHED_PARAMS = {0: 288, 4: 288, 5: 1088, 10: 4224}
PUBLISHED_FLOPS = {32: {0: 294912, 5: 278528, 14: 270336}, 16: {0: 73728, 9: 69632, 10: 67584}}


def costs_of(text: str, spec: InputSpec | None = None, outputs: int = 10, **options: int) -> OperationCosts:
    space = NasBench201(**options)  # type: ignore[arg-type]
    return space.operation_costs(space.decode(text), spec or InputSpec(), outputs)


def on_convolutions(cost: int) -> tuple[int, ...]:
    return (0, cost, 0, cost, 0, 0)


@pytest.mark.parametrize("size", PUBLISHED_FLOPS)
def test_costs_of_edges_are_the_published_ones(size: int) -> None:
    costs = costs_of(EXAMPLE, InputSpec(3, size), affine=True)
    assert len(costs.cells) == 15
    for cell, params in PUBLISHED_PARAMS.items():
        assert costs.cells[cell].params == on_convolutions(params)
    for cell, flops in PUBLISHED_FLOPS[size].items():
        stack = cell // 5
        normalised = 2 * (16 * 2**stack) * (size // 2**stack) ** 2  # a scale and a shift, which are no multiply-adds
        assert costs.cells[cell].macs == on_convolutions(flops - normalised)
    assert costs.total.params == 129_306


def test_the_matrix_of_operations_is_the_published_one() -> None:
    (graph,) = costs_of(EXAMPLE).graphs
    assert graph.place is Place.EDGE
    assert graph.matrix(graph.codes).tolist() == [[0, 4, 2, 2], [0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_a_small_cell_worked_by_hand_its_dead_edges_too() -> None:
    text = "|none~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|skip_connect~0|none~1|none~2|"
    costs = costs_of(text, InputSpec(1, 8), 3, stem_channels=2, cells_per_stage=1, biases=True)
    (graph,) = costs.graphs
    assert graph.matrix(graph.codes).tolist() == [[0, 0, 3, 1], [0, 0, 2, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    second = costs.cells[1]  # 4 channels, maps of 4 x 4
    assert second.params == (0, 9 * 16 + 4, 16 + 4, 0, 0, 0)
    assert second.macs == (0, 16 * 9 * 16, 16 * 16, 0, 0, 0)
    blocks = [9 * c * 2 * c + 4 * c + 9 * 4 * c * c + 4 * c + 2 * c * c for c in (2, 4)]
    block_macs = [size**2 * (9 * c * 2 * c + 9 * 4 * c * c + 2 * c * c) for c, size in ((2, 4), (4, 2))]
    stem, classifier = (9 * 2 + 4, 64 * 9 * 2), (16 + 8 * 3 + 3, 8 * 3)
    assert costs.outside == Complexity(stem[0] + sum(blocks) + classifier[0], stem[1] + sum(block_macs) + classifier[1])


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.fixed_dictionaries({"stem_channels": st.integers(1, 5), "cells_per_stage": st.integers(1, 2)}),
    spec=st.builds(InputSpec, st.integers(1, 3), st.sampled_from([4, 12, 16])),
    outputs=st.integers(1, 12),
)
@settings(max_examples=8)
def test_they_add_up_to_the_network(seed: int, size: dict[str, int], spec: InputSpec, outputs: int) -> None:
    for affine, biases in product((False, True), repeat=2):
        space = NasBench201(**size, affine=affine, biases=biases)
        cell = space.sample(np.random.default_rng(seed))
        assert space.operation_costs(cell, spec, outputs).total == count_complexity(space, cell, spec, outputs)


def test_an_input_that_cannot_be_built_for_is_refused() -> None:
    assert isinstance(NasBench201(), CostedSpace)
    with pytest.raises(ValueError, match="num_outputs is 0"):
        costs_of(EXAMPLE, InputSpec(), 0)
