"""Catches: a projection at the wrong vertex or forgotten, a cell of the wrong width or size, codes that are not the
published ones, an option of the space that costs ignore, costs that do not add up to those of the network.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import Complexity, CostedSpace, InputSpec, OperationCosts, Place, count_complexity
from spaces.nasbench101.space import NasBench101

# The example of the released cell information of NAR (Guo et al., 2022): one vertex and stack after the other.
EXAMPLE = "conv3x3~0+maxpool3x3~1+conv3x3~2+conv3x3~0+conv1x1~034+output~25"
PUBLISHED_PARAMS = {
    0: (0, 45312, 0, 36992, 45312, 12544, 0),
    3: (0, 164352, 0, 147712, 164352, 33280, 0),
    4: (0, 180736, 0, 147712, 180736, 49664, 0),
    6: (0, 656384, 0, 590336, 656384, 132096, 0),
    8: (0, 721920, 0, 590336, 721920, 197632, 0),
}
PUBLISHED_FLOPS = {
    0: (0, 92274688, 589824, 75497472, 92274688, 25296896, 0),
    3: (0, 83886080, 294912, 75497472, 83886080, 16842752, 0),
    8: (0, 92274688, 147456, 75497472, 92274688, 25198592, 0),
}
# Beside two for a multiply-add, those count nine for each value that pooling puts out, and the sums of the three
# sources of vertex 5; its width is half of its stack's.
UNCOUNTED = {
    cell: (0, 0, 9 * width * size**2, 0, 0, 2 * width * size**2, 0)
    for cell, width, size in ((0, 64, 32), (3, 128, 16), (8, 256, 8))
}


def costs_of(text: str, spec: InputSpec | None = None, outputs: int = 10, **options: int) -> OperationCosts:
    space = NasBench101(**options)
    return space.operation_costs(space.decode(text), spec or InputSpec(), outputs)


def test_costs_of_vertices_are_the_published_ones() -> None:
    costs = costs_of(EXAMPLE, stem_channels=128)
    assert len(costs.cells) == 9
    assert {cell: costs.cells[cell].params for cell in PUBLISHED_PARAMS} == PUBLISHED_PARAMS
    flops = {
        cell: tuple(2 * macs + more for macs, more in zip(costs.cells[cell].macs, UNCOUNTED[cell], strict=True))
        for cell in PUBLISHED_FLOPS
    }
    assert flops == PUBLISHED_FLOPS
    assert costs.total.params == 8_555_530


def test_the_matrix_of_operations_is_the_published_one() -> None:
    (graph,) = costs_of(EXAMPLE).graphs
    assert graph.place is Place.VERTEX
    assert graph.matrix(graph.codes).tolist() == [
        [0, 3, 0, 0, 3, 2, 0],
        [0, 0, 4, 0, 0, 0, 0],
        [0, 0, 0, 3, 0, 0, 5],
        [0, 0, 0, 0, 0, 2, 0],
        [0, 0, 0, 0, 0, 2, 0],
        [0, 0, 0, 0, 0, 0, 5],
        [0, 0, 0, 0, 0, 0, 0],
    ]


def test_a_small_cell_worked_by_hand() -> None:
    costs = costs_of("conv3x3~0+output~01", InputSpec(1, 8), 3, stem_channels=5, modules_per_stack=1)
    (graph,) = costs.graphs
    cell = costs.cells[1]  # from 5 channels to 10, maps of 4 x 4
    projection, convolution = 5 * 10, 9 * 10 * 10
    assert (cell.kind, cell.params) == (0, (0, projection + 20 + convolution + 20, projection + 20))
    assert cell.macs == (0, 16 * (projection + convolution), 16 * projection)
    outside = Complexity(params=9 * 5 + 10 + 20 * 3 + 3, macs=64 * 9 * 5 + 20 * 3)
    assert costs.outside == outside
    matrix = graph.matrix(cell.macs)
    assert matrix.shape == (7, 7)
    assert {(0, 1): matrix[0, 1], (0, 6): matrix[0, 6], (1, 6): matrix[1, 6]} == {
        (0, 1): 16 * (projection + convolution),
        (0, 6): 16 * projection,
        (1, 6): 16 * projection,
    }
    assert np.count_nonzero(matrix) == 3


@given(
    seed=st.integers(0, 2**32 - 1),
    options=st.fixed_dictionaries({"stem_channels": st.integers(5, 9), "modules_per_stack": st.integers(1, 2)}),
    spec=st.builds(InputSpec, st.integers(1, 3), st.sampled_from([4, 12, 16])),
    outputs=st.integers(1, 12),
)
@settings(max_examples=25)
def test_they_add_up_to_the_network(seed: int, options: dict[str, int], spec: InputSpec, outputs: int) -> None:
    space = NasBench101(**options)
    cell = space.sample(np.random.default_rng(seed))
    assert space.operation_costs(cell, spec, outputs).total == count_complexity(space, cell, spec, outputs)


def test_an_input_that_cannot_be_built_for_is_refused() -> None:
    assert isinstance(NasBench101(), CostedSpace)
    with pytest.raises(ValueError, match="input size 30"):
        costs_of(EXAMPLE, InputSpec(3, 30))
