"""Catches: a cell that no search derives taken for one, a choice that its edge does not have, a move of something else
than it says.
"""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from spaces.cells.genotype import Nodes
from spaces.darts.edges import EDGE_CANDIDATES, EDGES
from spaces.darts.nodes import (
    MOVES,
    check_derived,
    check_selectable,
    count_cells,
    moved_nodes,
    ordered_node,
    sample_nodes,
    selectable_operations,
)

S1 = selectable_operations(EDGE_CANDIDATES["s1"].normal)
S3 = selectable_operations(EDGE_CANDIDATES["s3"].normal)


def sources_of(nodes: Nodes) -> list[set[int]]:
    return [{source for _, source in node} for node in nodes]


def test_what_may_be_chosen_is_all_but_none() -> None:
    assert dict.fromkeys(EDGES, ("skip_connect", "sep_conv_3x3")) == S3
    assert S1[3, 4] == ("skip_connect", "dil_conv_3x3")


def test_cells_are_counted_by_pairs_of_edges() -> None:
    # 1, 3, 6 and 10 pairs of sources, two operations on each of two edges
    assert count_cells(S3) == 4**4 * 1 * 3 * 6 * 10


def test_every_move_changes_what_it_says() -> None:
    rng = np.random.default_rng(0)
    assert len(MOVES) == 14
    assert {move for move in MOVES if move[0] == 2} == {(2, 0, False), (2, 1, False)}
    for state, position, moves in MOVES * 5:
        nodes = sample_nodes(S1, rng)
        found = moved_nodes(nodes, S1, (state, position, moves), rng)
        check_derived("the cell", found)
        check_selectable("the cell", found, S1)
        others = [number for number in range(4) if number != state - 2]
        assert [found[number] for number in others] == [nodes[number] for number in others]
        before, after = nodes[state - 2], found[state - 2]
        assert before[1 - position] in after
        assert (sources_of([before]) != sources_of([after])) == moves  # type: ignore[arg-type]
        assert before != after


def test_a_source_that_moves_keeps_its_operation_where_it_can() -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        nodes = sample_nodes(S3, rng)
        found = moved_nodes(nodes, S3, (5, 1, True), rng)
        operations = [Counter(operation for operation, _ in each[3]) for each in (nodes, found)]
        assert operations[0] == operations[1]


def test_a_node_has_its_edges_in_the_order_of_their_sources() -> None:
    assert ordered_node(("a", 3), ("b", 1)) == (("b", 1), ("a", 3))
    assert ordered_node(("a", 1), ("b", 3)) == (("a", 1), ("b", 3))


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([(("a", 0), ("b", 1))] * 3, "the odd cell has 3 nodes instead of 4"),
        ([(("a", 1), ("b", 0))] * 4, "node 2 of the odd cell reads states 1 and 0; they must differ and ascend"),
        ([(("a", 0), ("b", 1))] * 3 + [(("a", 2), ("b", 2))], "node 5 of the odd cell reads states 2 and 2"),
        ([(("a", 0), ("b", 2))] * 4, "b of node 2 reads state 2"),
    ],
)
def test_nodes_of_no_derived_cell_are_refused(nodes: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_derived("the odd cell", tuple(nodes))


def test_an_operation_that_an_edge_does_not_have_is_refused() -> None:
    nodes = ((("skip_connect", 0), ("sep_conv_3x3", 1)),) * 4
    check_selectable("the cell", nodes, S3)
    with pytest.raises(ValueError, match="on edge 1->2 of the cell 'sep_conv_3x3'"):
        check_selectable("the cell", nodes, S1)
