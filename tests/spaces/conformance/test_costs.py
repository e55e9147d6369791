"""Catches: costs that do not add up, that no matrix shows, that belong to no place, whose operations have no names or
share codes, that differ in shape from one candidate to the next or are not a function of the candidate.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from spaces import CellCosts, Complexity, InputSpec, OperationCosts, OperationGraph, Place, count_complexity
from spaces.conformance import costs
from spaces.conformance.case import SpaceCase
from tests.tiny import TinyNetworks

GRAPH = OperationGraph(3, 4, ((0, 1), (1, 2)), Place.VERTEX, ("input", "conv", "output"), (1, 2, 3))


class Costed(TinyNetworks):
    """Tiny networks as cells of one convolution, which costs a hundred of what the network does."""

    graph = GRAPH
    more = 0

    def operation_costs(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        whole = count_complexity(self, candidate, input_spec, num_outputs)
        outside = Complexity(whole.params - 100, whole.macs - 100 + self.more)
        return OperationCosts((self.graph,), (self.cell(),), outside)

    def cell(self) -> CellCosts:
        return CellCosts(0, (0, 100, 0), (0, 100, 0))


def with_graph(**changes: Any) -> type:
    return type("Broken", (Costed,), {"graph": replace(GRAPH, **changes)})


def with_cell(*cell: Any) -> type:
    return type("Broken", (Costed,), {"cell": lambda self: CellCosts(*cell)})


class Larger(Costed):
    more = 1


class Changing(Costed):
    made = 0

    def cell(self) -> CellCosts:
        type(self).made += 1
        return CellCosts(0, (0, self.made, 0), (0, 100, 0))


class Growing(Costed):
    """Its candidates differ in capacity."""

    def operation_costs(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        found = super().operation_costs(candidate, input_spec, num_outputs)
        return replace(found, graphs=(replace(GRAPH, capacity=4 + candidate),))


FAULTS = [
    (with_graph(vertices=5), "5 vertices, of at most 4"),
    (with_graph(edges=((0, 1), (2, 1))), "the edge 2->1 does not rise"),
    (with_graph(edges=((0, 1), (1, 3))), "the edge 1->3 does not rise within its vertices"),
    (with_graph(edges=((0, 1), (0, 1), (1, 2))), "an edge is there twice"),
    (with_graph(operations=("input", "conv")), "(2, 3) names and codes of operations for 3 places"),
    (with_graph(place=Place.EDGE), "(3, 3) names and codes of operations for 2 places"),
    (with_graph(operations=("input", "", "output")), "an operation is called ''"),
    (with_graph(operations=("input", "conv", "conv")), "conv has the codes 2 and 3"),
    (with_graph(codes=(1, 2, 2)), "operations share a code"),
    (with_graph(edges=((0, 2),)), "vertex [1] costs something, but no edge leads to it"),
    (with_cell(1, (0, 100, 0), (0, 100, 0)), "a cell is of kind 1 of 1"),
    (with_cell(0, (0, 100), (0, 100, 0)), "2 parameters for 3 operations"),
    (with_cell(0, (0, 100, 0), (0, -100, 0)), "its multiply-adds are (0, -100, 0)"),
    (Changing, "it has two different costs"),
    (Growing, "capacities and places differ from those of another candidate"),
]


@pytest.mark.parametrize(("space", "words"), FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_cost_without_its_place_is_noticed(complaint: Callable[..., str], space: type, words: str) -> None:
    assert words in complaint(costs.costs_have_places, space())


def test_costs_that_do_not_add_up_are_noticed(complaint: Callable[..., str]) -> None:
    assert "its costs add up to Complexity(" in complaint(costs.costs_add_up, Larger())


def test_a_space_whose_costs_are_whole_passes() -> None:
    case = SpaceCase(Costed(), Costed(), members=3, networks=2)
    assert costs.costs_add_up(case) == "exact for 2 networks"
    assert costs.costs_have_places(case) == "3 operations in 4 x 4 matrices"
