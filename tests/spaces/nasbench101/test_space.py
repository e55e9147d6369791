"""Catches: a text that loses an edge or the order of vertices, a bad text let in or blamed on the wrong part, sampling
or mutation at another rate, small cells that cannot grow everywhere, a mutation that does not end.
"""

from collections import Counter
from math import comb
from typing import Any

import numpy as np
import pytest

from spaces import GraphSpace, InputSpec, KeyedSpace
from spaces.nasbench101.cell import OPERATIONS, NasBench101Cell
from spaces.nasbench101.space import NasBench101

THREE, ONE, POOL = OPERATIONS
TEXT = "conv3x3~0+maxpool3x3~01+conv1x1~0+output~0123"
CELL = NasBench101Cell(((0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (1, 4), (2, 4), (3, 4)), (THREE, POOL, ONE))
CHAIN = "conv3x3~0+conv1x1~1+maxpool3x3~2+conv3x3~3+conv1x1~4+output~5"


def test_a_cell_reads_and_writes_vertex_by_vertex() -> None:
    assert NasBench101().decode(TEXT) == CELL
    assert NasBench101().encode(CELL) == TEXT


def test_the_order_of_vertices_is_in_the_text_but_not_in_the_key() -> None:
    space = NasBench101()
    one, other = (space.decode(text) for text in ("conv3x3~0+conv1x1~0+output~12", "conv1x1~0+conv3x3~0+output~12"))
    assert one != other
    assert isinstance(space, KeyedSpace)
    assert space.key(one) == space.key(other) != space.key(CELL)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "conv3x4~0+output~1",
            r"operation 'conv3x4'; did you mean 'conv3x3'\? \(known: conv1x1, conv3x3, maxpool3x3\)",
        ),
        ("conv3x3-bn-relu~0+output~1", "operation 'conv3x3-bn-relu'"),
        ("output~0+output~1", "unknown operation 'output'"),
        ("conv3x3~0+conv1x1~1", "the last vertex is 'conv1x1', not 'output'; the form is conv3x3~0"),
        ("conv3x3+output~1", "vertex 1 is 'conv3x3', not operation~sources"),
        ("conv3x3~+output~1", "vertex 1 is 'conv3x3~'"),
        ("conv3x3~0+output~10", "vertex 2 is 'output~10'"),
        ("conv3x3~0+output~11", "vertex 2 is 'output~11'"),
        ("conv3x3~0+output~1~0", "vertex 2 is"),
        ("conv3x3~0+output~\N{ARABIC-INDIC DIGIT ONE}", "vertex 2 is"),
        ("conv3x3~0+output~1\n", "vertex 2 is"),
        ("conv3x3~0+output~0", "vertex 1 is on no path"),
        ("conv3x3~0+output~2", "edge 2->2 must rise"),
        ("conv3x3~9+output~1", "edge 9->1 must rise"),
        ("conv3x3~0++output~1", "vertex 2 is ''"),
        ("", "vertex 1 is ''"),
        ("+".join(f"conv3x3~{vertex}" for vertex in range(6)) + "+output~6", "at most 7 vertices, got 8"),
        ("conv3x3~0+conv3x3~01+conv3x3~012+output~0123", "at most 9 edges, got 10"),
    ],
)
def test_a_bad_text_is_refused_with_the_part_that_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NasBench101().decode(text)


def plain_sample(rng: np.random.Generator) -> tuple[int, int]:
    """Return vertices and edges of a random graph on paths from 0 to 6, by powers of its matrix; drawn until <= 9."""
    while True:
        matrix = np.triu(rng.integers(2, size=(7, 7)), 1)
        reach = np.linalg.matrix_power(matrix + np.eye(7, dtype=int), 6) > 0
        live = reach[0] & reach[:, 6]
        edges = int(matrix[np.ix_(live, live)].sum())
        if reach[0, 6] and edges <= 9:
            return int(live.sum()), edges


def test_sampled_sizes_are_those_of_pruned_random_matrices() -> None:
    space, rng = NasBench101(), np.random.default_rng(0)
    drawn = Counter((cell.vertices, len(cell.edges)) for cell in (space.sample(rng) for _ in range(3_000)))
    expected = Counter(plain_sample(rng) for _ in range(3_000))
    common = [size for size in drawn | expected if drawn[size] + expected[size] >= 20]
    chi_square = sum((drawn[size] - expected[size]) ** 2 / (drawn[size] + expected[size]) for size in common)
    assert len(common) > 10
    assert chi_square < len(common) + 4 * (2 * len(common)) ** 0.5


def test_sampled_operations_are_uniform() -> None:
    space, rng = NasBench101(), np.random.default_rng(1)
    counts = Counter(name for _ in range(1_000) for name in space.sample(rng).operations)
    expected = counts.total() / 3
    assert sum((counts[name] - expected) ** 2 / expected for name in OPERATIONS) < 13.8  # 2 degrees of freedom, .999


@pytest.fixture(scope="module")
def children_of_the_chain() -> list[NasBench101Cell]:
    space, rng = NasBench101(), np.random.default_rng(2)
    parent = space.decode(CHAIN)
    return [space.mutate(parent, rng) for _ in range(8_000)]


def test_a_mutation_adds_edges_at_the_same_rate_everywhere(children_of_the_chain: list[NasBench101Cell]) -> None:
    # Where the chain is kept, all vertices stay; where operations differ too, no number of new edges is excluded but
    # those above three. New edges are then 15 flips of probability 1/7.
    chain = NasBench101().decode(CHAIN)
    kept = [
        set(child.edges) - set(chain.edges)
        for child in children_of_the_chain
        if set(chain.edges) <= set(child.edges) and child.operations != chain.operations
    ]
    chance = np.array([comb(15, count) * 6.0 ** (15 - count) for count in range(4)])
    expected = len(kept) * chance / chance.sum()
    counts = np.bincount([len(new) for new in kept], minlength=4)
    assert ((counts - expected) ** 2 / expected).sum() < 16.3  # 3 degrees of freedom, .999
    pairs = Counter(pair for new in kept for pair in new)
    assert sum((pairs[pair] - pairs.total() / 15) ** 2 / (pairs.total() / 15) for pair in pairs) < 36.1  # 14
    assert len(pairs) == 15


def test_a_mutation_removes_edges_too(children_of_the_chain: list[NasBench101Cell]) -> None:
    assert {child.vertices for child in children_of_the_chain} == {2, 3, 4, 5, 6, 7}


def test_a_mutation_replaces_each_operation_at_the_same_rate(children_of_the_chain: list[NasBench101Cell]) -> None:
    # Among children with another graph of seven vertices: no two of these share a key by their operations.
    chain = NasBench101().decode(CHAIN)
    grown = [child for child in children_of_the_chain if child.vertices == 7 and child.edges != chain.edges]
    for place, before in enumerate(chain.operations):
        after = Counter(child.operations[place] for child in grown)
        rate = 1 - after[before] / len(grown)
        assert abs(rate - 0.2) < 4 * (0.16 / len(grown)) ** 0.5
        one, other = (after[name] for name in OPERATIONS if name != before)
        assert (one - other) ** 2 < 11 * (one + other)  # 1 degree of freedom, .999


def test_a_small_cell_grows_before_and_behind_its_vertices_and_to_seven() -> None:
    space, rng = NasBench101(), np.random.default_rng(3)
    parent = space.decode("conv3x3~0+output~1")
    children = [space.mutate(parent, rng) for _ in range(3_000)]
    texts = {space.encode(child) for child in children}
    for name in ("conv3x3", "conv1x1", "maxpool3x3"):
        assert f"{name}~0+conv3x3~1+output~2" in texts
        assert f"conv3x3~0+{name}~1+output~2" in texts
    assert max(child.vertices for child in children) >= 6
    assert {space.mutate(space.decode("output~0"), rng).vertices for _ in range(200)} >= {3, 4}


def test_a_neighbour_that_is_no_cell_or_differs_in_the_order_of_vertices_alone_is_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    space = NasBench101()
    parent, same, other = map(
        space.decode,
        ("conv3x3~0+conv1x1~0+output~12", "conv1x1~0+conv3x3~0+output~12", "conv1x1~0+conv3x3~0+output~012"),
    )
    drawn = iter([parent, same, None, other])
    monkeypatch.setattr("spaces.nasbench101.space._mutant", lambda cell, rng: next(drawn))
    assert space.mutate(parent, np.random.default_rng(0)) == other


class NeverChanges:
    """A generator that flips no edge and replaces no operation."""

    def __init__(self) -> None:
        self.calls = 0

    def permutation(self, count: int) -> np.ndarray:
        self.calls += 1
        return np.arange(count)

    def random(self, size: int) -> np.ndarray:
        return np.ones(size)

    def integers(self, low: int, high: int | None = None, size: int | None = None) -> Any:
        return np.ones(size, dtype=int) if size else 1


@pytest.mark.parametrize(
    ("text", "child"),
    [("conv3x3~0+conv1x1~1+output~2", "conv3x3~0+maxpool3x3~1+output~2"), ("output~0", "conv1x1~0+output~1")],
)
def test_a_mutation_ends_and_differs_even_if_nothing_is_ever_drawn_to_change(text: str, child: str) -> None:
    space, rng = NasBench101(), NeverChanges()
    generator: Any = rng
    assert space.encode(space.mutate(space.decode(text), generator)) == child
    assert 1 < rng.calls <= 1_000


@pytest.mark.parametrize(
    ("options", "message"),
    [({"stem_channels": 4}, "stem_channels is 4; at least 5"), ({"modules_per_stack": 0}, "modules_per_stack is 0")],
)
def test_a_skeleton_too_narrow_or_empty_is_refused(options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        NasBench101(**options)


def test_options_set_the_network() -> None:
    network = NasBench101(stem_channels=8, modules_per_stack=2).build(CELL, InputSpec(), 10)
    assert [info.channels for info in network.feature_info] == [8, 16, 32]
    assert [len(stage) for stage in network.stages] == [3, 3, 3]


def test_the_graph_is_the_cells_own() -> None:
    space = NasBench101()
    assert isinstance(space, GraphSpace)
    graph = space.to_graph(CELL)
    labels = [(0, "input"), (1, "conv3x3-bn-relu"), (2, "maxpool3x3"), (3, "conv1x1-bn-relu"), (4, "output")]
    assert list(graph.nodes(data="op")) == labels
    assert sorted(graph.edges) == list(CELL.edges)


def test_a_matrix_of_a_published_table_is_read() -> None:
    space = NasBench101()
    matrix = [[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]]  # vertex 2 leads nowhere
    labels = ["input", "conv3x3-bn-relu", "maxpool3x3", "output"]
    assert space.encode(space.from_matrix(matrix, labels)) == "conv3x3~0+output~1"
