"""Catches: a text that differs from the benchmark's, operations misplaced among edges, a bad text let in or blamed on
the wrong part, a mutation at another rate or equal to its parent, a graph with an edge or an operation misplaced.
"""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from spaces import SPACES, ClassedSpace, GraphSpace
from spaces.nasbench201.cell import OPERATIONS, NasBench201Cell
from spaces.nasbench201.space import NasBench201

TEXT = "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"
CELL = NasBench201Cell(("nor_conv_3x3", "nor_conv_1x1", "avg_pool_3x3", "skip_connect", "none", "nor_conv_3x3"))


def test_a_cell_reads_and_writes_the_benchmarks_text_edge_by_edge() -> None:
    assert NasBench201().decode(TEXT) == CELL
    assert NasBench201().encode(CELL) == TEXT


def test_all_cells_are_yielded_once() -> None:
    assert len(set(NasBench201().candidates())) == 15_625


def test_the_texts_of_all_cells_are_those_of_the_benchmark(nasbench201_table: Any) -> None:
    space = NasBench201()
    assert {space.encode(cell) for cell in space.candidates()} == set(nasbench201_table.texts)
    assert all(space.encode(space.decode(text)) == text for text in nasbench201_table.texts[::50])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "|nor_conv_3x3~0|+|",
            "|nor_conv_3x4~0|+|",
            r"edge 0->1 'nor_conv_3x4'; did you mean 'nor_conv_3x3'\? \(known",
        ),
        ("avg_pool_3x3~1", "max_pool_3x3~1", "edge 1->2 'max_pool_3x3'"),
        ("none~1", "~1", "edge 1->3 '~1'"),
        ("none~1", "none", "edge 1->3 'none'"),
        ("none~1", "none~2", "'none~2' into node 3 must end in ~1"),
        ("none~1", "none~01", "must end in ~1"),
        ("|none~1", "", "node 3 is"),
        ("|+|nor_conv_1x1~0|avg_pool_3x3~1|", "|", "describes 2 nodes instead of 3"),
        ("|+|nor_conv_1x1", "|+nor_conv_1x1", "node 2 is"),
        ("~2|", "~2|\n", "node 3 is"),
    ],
)
def test_a_bad_text_is_refused_with_the_part_that_is_wrong(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=message):
        NasBench201().decode(TEXT.replace(old, new))


@pytest.mark.parametrize("operations", [("none",) * 5, ("none",) * 7, ("none",) * 5 + ("conv",)])
def test_a_cell_that_is_none_cannot_be_made(operations: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="operation"):
        NasBench201Cell(operations)


def test_sampled_operations_are_uniform_on_every_edge() -> None:
    space, rng = NasBench201(), np.random.default_rng(0)
    cells = [space.sample(rng) for _ in range(2_000)]
    for edge in range(6):
        counts = Counter(cell.operations[edge] for cell in cells)
        assert sum((counts[name] - 400) ** 2 / 400 for name in OPERATIONS) < 18.5  # 4 degrees of freedom, .999


def test_a_mutation_changes_every_edge_at_the_same_rate_given_that_one_changes() -> None:
    space, rng = NasBench201(), np.random.default_rng(1)
    children = [space.mutate(CELL, rng) for _ in range(3_000)]
    rate = 0.16 / (1 - 0.84**6)
    for edge in range(6):
        changed = np.mean([child.operations[edge] != CELL.operations[edge] for child in children])
        assert abs(changed - rate) < 4 * (rate * (1 - rate) / 3_000) ** 0.5
    assert {child.operations[0] for child in children} == set(OPERATIONS)


class NeverResamples:
    """A generator that leaves every edge as it is."""

    def __init__(self) -> None:
        self.calls = 0

    def random(self, size: int) -> np.ndarray:
        self.calls += 1
        return np.ones(size)

    def integers(self, high: int, size: int | None = None) -> Any:
        return np.zeros(size, dtype=int) if size else 2


def test_a_mutation_ends_and_differs_even_if_no_edge_is_ever_drawn_anew() -> None:
    rng: Any = NeverResamples()
    child = NasBench201().mutate(CELL, rng)
    assert sum(a != b for a, b in zip(child.operations, CELL.operations, strict=True)) == 1
    assert 1 < rng.calls <= 1_000


@pytest.mark.parametrize("option", ["stem_channels", "cells_per_stage"])
def test_a_skeleton_without_channels_or_cells_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match=f"{option} is 0"):
        NasBench201(**{option: 0})


def test_the_functional_key_is_the_expression_of_the_cell() -> None:
    space = NasBench201()
    assert isinstance(space, ClassedSpace)
    expression = "nor_conv_3x3(avg_pool_3x3(nor_conv_3x3(x))+nor_conv_1x1(x))+x"
    assert space.functional_key(CELL) == expression


def test_the_options_of_a_folder_from_before_biases_are_those_of_now() -> None:
    before = {"stem_channels": 16, "cells_per_stage": 5, "affine": False}
    assert SPACES.resolve("nasbench201", {}) == SPACES.resolve("nasbench201", {"biases": "false"}) == before
    assert SPACES.resolve("nasbench201", {"biases": "true"}) == {**before, "biases": True}
    assert SPACES.build("nasbench201", {"biases": True}).functional_key(CELL) == NasBench201().functional_key(CELL)


def test_with_biases_convolutions_of_zeros_are_part_of_the_functional_key() -> None:
    cell = NasBench201Cell(("none", "none", "nor_conv_1x1", "skip_connect", "avg_pool_3x3", "nor_conv_3x3"))
    assert NasBench201().functional_key(cell) == "x"
    assert NasBench201(biases=True).functional_key(cell) == "nor_conv_3x3(nor_conv_1x1())+x"


def test_the_graph_has_a_vertex_for_each_node_and_for_each_operation_but_zeros() -> None:
    space = NasBench201()
    assert isinstance(space, GraphSpace)
    graph = space.to_graph(CELL)
    assert list(graph.nodes(data="op")) == [
        (0, "input"),
        (1, "sum"),
        (2, "sum"),
        (3, "output"),
        (4, "nor_conv_3x3"),
        (5, "nor_conv_1x1"),
        (6, "avg_pool_3x3"),
        (7, "skip_connect"),
        (8, "nor_conv_3x3"),
    ]
    assert set(graph.edges) == {(0, 4), (4, 1), (0, 5), (5, 2), (1, 6), (6, 2), (0, 7), (7, 3), (2, 8), (8, 3)}


def test_the_graph_keeps_dead_operations() -> None:
    graph = NasBench201().to_graph(NasBench201Cell(("none", "none", "skip_connect", "none", "none", "none")))
    assert set(graph.edges) == {(1, 4), (4, 2)}
