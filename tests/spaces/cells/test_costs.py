"""Catches: what brings inputs to a cell's size counted for the wrong maps or hidden, two operations between the same
nodes taken for one, a reduction cell's stride forgotten, costs that do not add up to those of the network, in any space
of such cells.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import SPACES, Complexity, InputSpec, Place, count_complexity
from spaces.cells.costs import CODES, cells_costs, genotype_costs
from spaces.cells.genotype import Concatenation, genotype_of, paired
from spaces.cells.network import CellLayout, Stem, build_cell_network
from spaces.cells.operations import OPERATIONS
from spaces.darts.layered import LayeredDarts
from spaces.darts.space import DartsCells
from spaces.nds.cells import NdsCells
from tests.small_spaces import small_space

NORMAL = paired([("conv_3x3", 0), ("conv_1x1", 0), ("skip_connect", 2), ("none", 1)])
REDUCTION = paired([("skip_connect", 0), ("max_pool_3x3", 1), ("conv_1x1", 2), ("conv_1x1", 2)])
GENOTYPE = genotype_of(NORMAL, REDUCTION, Concatenation.LOOSE_ENDS)  # both concatenate the second node alone
FAMILIES = [name for name in SPACES.builtin if isinstance(SPACES.build(name, {}), DartsCells | LayeredDarts | NdsCells)]


def test_inputs_are_aligned_at_vertices_of_their_own_and_every_operation_is_one() -> None:
    normal, reduction = genotype_costs(GENOTYPE, CellLayout(4, 3), InputSpec(), 10).graphs
    assert normal.operations == (
        *("input", "input", "align", "align"),
        *("conv_3x3", "conv_1x1", "skip_connect", "none", "output"),
    )
    assert normal.edges == ((0, 2), (1, 3), (2, 4), (2, 5), (3, 7), (4, 6), (5, 6), (6, 8), (7, 8))
    assert (4, 6) in reduction.edges
    assert (4, 7) in reduction.edges
    assert (normal.vertices, normal.capacity, normal.place) == (9, 9, Place.VERTEX)
    assert normal.codes[:2] == (1, 1)
    assert normal.matrix(normal.codes)[:, 7].tolist() == [0] * 9  # ``none``, whatever it reads


def test_every_operation_has_a_code_of_its_own() -> None:
    assert {"input", "align", "output", *OPERATIONS} == set(CODES)
    assert len(set(CODES.values())) == len(CODES)
    assert (CODES["input"], CODES["align"], CODES["output"], CODES["none"]) == (1, 2, 3, 0)


def test_the_costs_of_a_network_worked_by_hand() -> None:
    costs = genotype_costs(GENOTYPE, CellLayout(2, 4), InputSpec(3, 8), 3)
    first, second, third, fourth = costs.cells  # of 2, 4, 8 and 8 channels
    assert [cell.kind for cell in costs.cells] == [0, 1, 1, 0]
    assert first.params == (0, 0, 6 * 2 + 4, 6 * 2 + 4, 9 * 4 + 4, 4 + 4, 0, 0, 0)
    assert first.macs == (0, 0, 64 * 12, 64 * 12, 64 * 36, 64 * 4, 0, 0, 0)
    # a skip of stride 2 is two convolutions; what reads a node works on the smaller maps
    assert second.params == (0, 0, 6 * 4 + 8, 2 * 4 + 8, 16 + 8, 0, 16 + 8, 16 + 8, 0)
    assert second.macs == (0, 0, 64 * 24, 64 * 8, 16 * 16, 0, 16 * 16, 16 * 16, 0)
    # the older input comes from before the reduction, on maps of 8 x 8, the newer one on maps of 4 x 4
    assert third.macs == (0, 0, 16 * 2 * 8, 16 * 4 * 8, 4 * 64, 0, 4 * 64, 4 * 64, 0)
    assert fourth.macs == (0, 0, 4 * 4 * 8, 4 * 8 * 8, 4 * 9 * 64, 4 * 64, 0, 0, 0)
    assert costs.outside == Complexity(9 * 3 * 6 + 12 + 8 * 3 + 3, 64 * 9 * 3 * 6 + 8 * 3)


class OneGenotype:
    """A space of one network of cells."""

    def __init__(self, layout: CellLayout) -> None:
        self.layout = layout

    def build(self, candidate: object, input_spec: InputSpec, num_outputs: int) -> Any:
        return build_cell_network(GENOTYPE, self.layout, input_spec.channels, num_outputs)


@pytest.mark.parametrize("stem", Stem)
@pytest.mark.parametrize("cells", [3, 7])
def test_every_stem_and_depth_adds_up(stem: Stem, cells: int) -> None:
    layout, spec = CellLayout(3, cells, stem), InputSpec(2, 64)
    assert genotype_costs(GENOTYPE, layout, spec, 5).total == count_complexity(OneGenotype(layout), None, spec, 5)


def test_each_cell_may_be_a_kind_of_its_own() -> None:
    kinds = [GENOTYPE.normal, GENOTYPE.reduction, GENOTYPE.reduction]
    costs = cells_costs(kinds, range(3), CellLayout(4, 3), InputSpec(), 10)
    both = genotype_costs(GENOTYPE, CellLayout(4, 3), InputSpec(), 10)
    assert [cell.kind for cell in costs.cells] == [0, 1, 2]
    assert [cell.macs for cell in costs.cells] == [cell.macs for cell in both.cells]
    assert costs.graphs == (both.graphs[0], both.graphs[1], both.graphs[1])


@pytest.mark.parametrize("name", FAMILIES)
@given(seed=st.integers(0, 2**32 - 1), channels=st.integers(1, 3), outputs=st.integers(1, 12))
@settings(max_examples=3)
def test_members_of_every_space_of_cells_add_up(name: str, seed: int, channels: int, outputs: int) -> None:
    space, spec = small_space(name), InputSpec(channels, 32)
    candidate = space.sample(np.random.default_rng(seed))
    assert space.operation_costs(candidate, spec, outputs).total == count_complexity(space, candidate, spec, outputs)


@pytest.mark.parametrize("name", ["darts", "darts_layered", "nds_pnas"])
def test_an_input_that_cannot_be_built_for_is_refused(name: str) -> None:
    space = small_space(name)
    with pytest.raises(ValueError, match="input size 30"):
        space.operation_costs(space.sample(np.random.default_rng(0)), InputSpec(3, 30), 10)
