"""Catches: a matrix turned round, an output that does not stand last, an edge's value taken for a vertex's, a part that
the total leaves out.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from spaces import (
    CellCosts,
    Complexity,
    CostedSpace,
    InputSpec,
    OperationCosts,
    OperationGraph,
    Place,
    cifar_costs,
    count_complexity,
    network_complexity,
)
from spaces.nasbench201.space import NasBench201

EDGES = ((0, 1), (0, 2), (1, 2))
VERTICES = OperationGraph(3, 5, EDGES, Place.VERTEX, ("input", "conv", "output"), (1, 7, 9))
JOINTS = OperationGraph(3, 3, EDGES, Place.EDGE, ("conv", "none", "skip"), (7, 0, 8))


def test_an_edge_shows_the_value_of_the_vertex_that_it_leads_to_and_the_output_stands_last() -> None:
    assert VERTICES.matrix(VERTICES.codes).tolist() == [
        [0, 7, 0, 0, 9],
        [0, 0, 0, 0, 9],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_an_edge_that_is_an_operation_shows_its_own_value() -> None:
    assert JOINTS.matrix(JOINTS.codes).tolist() == [[0, 7, 0], [0, 0, 8], [0, 0, 0]]
    assert JOINTS.matrix([2**40, 1, 2]).tolist() == [[0, 2**40, 1], [0, 0, 2], [0, 0, 0]]
    assert JOINTS.matrix(JOINTS.codes).dtype == np.int64


def test_cells_and_what_is_outside_of_them_add_up() -> None:
    cells = (CellCosts.of([Complexity(1, 10), Complexity(2, 20)]), CellCosts.of([Complexity(4, 40)], kind=1))
    assert cells == (CellCosts(0, (1, 2), (10, 20)), CellCosts(1, (4,), (40,)))
    assert OperationCosts((VERTICES, JOINTS), cells, Complexity(8, 80)).total == Complexity(15, 150)


def test_a_space_without_costs_is_not_costed() -> None:
    assert not isinstance(object(), CostedSpace)


def test_costs_for_cifar_are_those_of_its_cell_of_3x3_convolutions() -> None:
    """1.531546 million parameters and 220.118 million multiply-adds, as the benchmark gives them for ten classes."""
    space = NasBench201(affine=True)
    cell = "nor_conv_3x3"
    text = f"|{cell}~0|+|{cell}~0|{cell}~1|+|{cell}~0|{cell}~1|{cell}~2|"
    total = cifar_costs(space, space.decode(text)).total
    assert (total.params, round(total.macs / 1e6, 2)) == (1_531_546, 220.12)


def test_a_network_is_counted_by_its_operations_where_these_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    space, images = NasBench201(), InputSpec(channels=1, size=16)
    candidate = space.sample(np.random.default_rng(0))
    counted = count_complexity(space, candidate, images, 3)
    monkeypatch.setattr(NasBench201, "build", lambda *given: pytest.fail("a network is built"))
    assert network_complexity(space, candidate, images, 3) == counted
    monkeypatch.undo()
    uncosted: Any = SimpleNamespace(build=space.build)
    assert network_complexity(uncosted, candidate, images, 3) == counted
