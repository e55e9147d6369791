"""Catches: an idle vertex kept or a live one pruned, a reordered vertex, a malformed cell or matrix let in, limits that
are off by one or apply before pruning.
"""

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.nasbench101.cell import OPERATIONS, Edge, NasBench101Cell, cell_from_matrix, pruned_cell

THREE, ONE, POOL = OPERATIONS
CELL = NasBench101Cell(((0, 1), (0, 3), (1, 2), (1, 3), (2, 3)), (THREE, POOL))
MATRIX = [[0, 1, 0, 1], [0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0]]
LABELS = ["input", THREE, POOL, "output"]


def test_matrix_sources_and_labels_written_by_hand() -> None:
    assert [list(row) for row in CELL.matrix] == MATRIX
    assert CELL.sources == ((), (0,), (1,), (0, 1, 2))
    assert list(CELL.labels) == LABELS
    assert CELL.vertices == 4


def test_the_operations_are_in_the_benchmarks_order() -> None:
    assert OPERATIONS == ("conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3")


CHAIN = tuple((vertex, vertex + 1) for vertex in range(6))


@pytest.mark.parametrize(
    ("edges", "operations", "message"),
    [
        (((0, 1),), ("conv3x3",), r"operation 'conv3x3'; did you mean 'conv3x3-bn-relu'\?"),
        (((0, 1), (1, 2)), ("input",), "operation 'input'"),
        ((*CHAIN, (6, 7)), (THREE,) * 6, "at most 7 vertices, got 8"),
        (tuple(combinations(range(5), 2)), (THREE,) * 3, "at most 9 edges, got 10"),
        (((0, 1), (1, 1), (1, 2)), (THREE,), "edge 1->1 must rise within vertices 0 to 2"),
        (((0, 1), (1, 0), (1, 2)), (THREE,), "edge 1->0"),
        (((0, 1), (1, 3)), (THREE,), "edge 1->3"),
        (((-1, 1), (0, 1), (1, 2)), (THREE,), "edge -1->1"),
        (((1, 2), (0, 1)), (THREE,), "sorted"),
        (((0, 1), (0, 1), (1, 2)), (THREE,), "sorted and differ"),
        (((0, 1), (0, 2)), (THREE,), "vertex 1 is on no path"),
        (((0, 2), (1, 2)), (THREE,), "vertex 1 is on no path"),
        ((), (), "vertex 0 is on no path"),
        (((0, 1), (2, 3)), (THREE, THREE), "vertex 0 is on no path"),
    ],
)
def test_what_is_no_cell_cannot_be_made(edges: tuple[Edge, ...], operations: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NasBench101Cell(edges, operations)


def test_seven_vertices_and_nine_edges_are_allowed() -> None:
    assert NasBench101Cell(tuple(sorted((*CHAIN, (0, 2), (0, 3), (0, 4)))), (THREE,) * 5).vertices == 7


def test_pruning_written_by_hand() -> None:
    # vertex 2 is never reached, vertex 4 leads nowhere
    edges = ((0, 1), (0, 4), (1, 3), (1, 4), (2, 3), (2, 5), (3, 5))
    pruned = pruned_cell(edges, (THREE, THREE, POOL, ONE))
    assert pruned == NasBench101Cell(((0, 1), (1, 2), (2, 3)), (THREE, POOL))


@given(
    st.integers(2, 8).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.sampled_from([*combinations(range(n), 2)]))))
)
def test_pruning_keeps_the_paths_that_another_library_finds(drawn: tuple[int, set[Edge]]) -> None:
    vertices, edges = drawn
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(vertices))
    output = vertices - 1
    live = ({0} | nx.descendants(graph, 0)) & ({output} | nx.ancestors(graph, output))
    kept = graph.subgraph(live)
    operations = [OPERATIONS[vertex % 3] for vertex in range(1, output)]
    try:
        cell = pruned_cell(sorted(edges), operations)
    except ValueError as error:
        too_large = len(kept) > 7 or kept.number_of_edges() > 9
        assert too_large if live else "no path leads" in str(error)  # noqa: PT017
    else:
        order = sorted(live)
        assert [(order[source], order[target]) for source, target in cell.edges] == sorted(kept.edges)
        assert cell.operations == tuple(operations[vertex - 1] for vertex in order[1:-1])


def test_a_matrix_is_read_row_by_row() -> None:
    assert cell_from_matrix(MATRIX, LABELS) == CELL


def test_limits_apply_after_pruning() -> None:
    idle = [[0] * 9 for _ in range(9)]
    idle[0][8] = 1
    for target in range(1, 8):
        idle[0][target] = 1
    labels = ["input", *[THREE] * 7, "output"]
    assert cell_from_matrix(idle, labels) == NasBench101Cell(((0, 1),), ())
    for source in range(1, 8):
        idle[source][8] = 1
    with pytest.raises(ValueError, match="at most 7 vertices, got 9"):
        cell_from_matrix(idle, labels)


def test_a_matrix_with_ten_live_edges_is_refused() -> None:
    full = [[int(source < target) for target in range(5)] for source in range(5)]
    with pytest.raises(ValueError, match="at most 9 edges, got 10"):
        cell_from_matrix(full, ["input", THREE, THREE, THREE, "output"])


@pytest.mark.parametrize(
    ("matrix", "labels", "message"),
    [
        ([[0, 1, 0], [0, 0, 1]], ["input", THREE, "output"], "3 operations need a matrix of 3 x 3"),
        ([[0, 1], [0, 0, 1], [0, 0, 0]], ["input", THREE, "output"], "3 x 3"),
        ([[0, 1, 0], [0, 0, 1], [0, 0, 0]], ["input", "output"], "2 operations need"),
        ([], [], "must begin with 'input'"),
        ([[1]], ["input"], "must begin with 'input' and end with 'output'"),
        ([[0, 1], [0, 0]], [THREE, "output"], "must begin with 'input'"),
        ([[0, 1], [0, 0]], ["input", THREE], "end with 'output'"),
        ([[0, 2], [0, 0]], ["input", "output"], r"entry \[0\]\[1\] of the matrix is 2"),
        ([[0, 1], [1, 0]], ["input", "output"], r"entry \[1\]\[0\] of the matrix is 1; only those above the diagonal"),
        ([[1, 1], [0, 0]], ["input", "output"], r"entry \[0\]\[0\]"),
        ([[0, 0], [0, 0]], ["input", "output"], "no path leads"),
        ([[0, 1, 0], [0, 0, 1], [0, 0, 0]], ["input", "conv", "output"], "unknown operation 'conv'"),
    ],
)
def test_a_bad_matrix_is_refused(matrix: list[list[int]], labels: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cell_from_matrix(matrix, labels)
