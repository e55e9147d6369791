"""Catches: candidates that the space does not have, on the wrong edge or in the wrong cell, an architecture read
back as another.
"""

from typing import Any

import pytest

from spaces.cells.genotype import paired
from spaces.supernet.derivation import top_two_edges
from spaces.supernet.searched_cells import SearchedCells, choices_of, nodes_of

EDGES = ((0, 2), (1, 2))
NAMES = (("none", "skip", "conv"), ("none", "skip", "pool"))
CELLS: SearchedCells[Any] = SearchedCells(
    EDGES, {"normal": NAMES, "reduction": NAMES}, top_two_edges, dict, lambda candidate: candidate
)
WEAK, STRONG = [0.0, 0.1, 0.2], [0.0, 0.9, 0.8]


def test_each_cell_is_derived_by_its_own_strengths() -> None:
    found = CELLS.derive({"reduction": [STRONG, WEAK], "normal": [WEAK, STRONG]})
    assert found["normal"] == {(0, 2): "conv", (1, 2): "skip"}
    assert found["reduction"] == {(0, 2): "skip", (1, 2): "pool"}


def test_an_architecture_has_a_number_on_every_edge_that_it_keeps() -> None:
    candidate = {"normal": {(0, 2): "conv"}, "reduction": {(0, 2): "skip", (1, 2): "pool"}}
    assert CELLS.numbers(candidate) == {"normal": [2, None], "reduction": [1, 2]}


def test_an_operation_that_is_no_candidate_there_is_refused() -> None:
    candidate = {"normal": {(0, 2): "pool"}, "reduction": {}}
    with pytest.raises(ValueError, match="candidate on edge 0->2 of cell 'normal'"):
        CELLS.numbers(candidate)


def test_restricted_cells_have_what_is_given_in_the_order_of_their_own_names() -> None:
    given = {"reduction": [["conv"], ["pool"]], "normal": [["skip", "none"], ["pool", "none"]]}
    restricted = CELLS.restricted(given)
    assert list(restricted.candidates) == ["normal", "reduction"]
    assert restricted.candidates["normal"] == (("skip", "none"), ("pool", "none"))
    assert restricted.candidates["reduction"] == (("conv",), ("pool",))
    assert CELLS.restricted(None) is CELLS


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"normal": NAMES}, "of cells normal, not normal, reduction"),
        ({"normal": NAMES, "reduction": NAMES[:1]}, "'reduction' has 2 edges, and candidates are given of 1"),
        ({"normal": (("none",), ("none", "skip")), "reduction": NAMES}, r"cell 'normal' are given \[1, 2\] candidates"),
        ({"normal": ((), ()), "reduction": NAMES}, "at least 1"),
        ({"normal": (("conv",), ("conv",)), "reduction": NAMES}, "edge 1->2 of cell 'normal' 'conv'"),
        ({"normal": (("conv",) * 2, ("pool", "skip")), "reduction": NAMES}, "edge 0->2 .*names one twice"),
    ],
)
def test_other_restrictions_are_refused(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CELLS.restricted(given)


def test_nodes_and_choices_are_the_same_cell() -> None:
    nodes = paired([("conv", 0), ("skip", 1), ("pool", 1), ("conv", 2)])
    cell = {(0, 2): "conv", (1, 2): "skip", (1, 3): "pool", (2, 3): "conv"}
    assert choices_of(nodes) == cell
    assert nodes_of(dict(reversed(cell.items()))) == nodes
