"""Catches: ``none`` derived or counted as strong where it may not be, a weak edge kept, ties broken by chance."""

import math

import pytest

from spaces.supernet.derivation import every_edge, top_two_edges

EDGES = ((0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
NAMES = (("none", "skip", "conv"),) * 5


def test_each_node_keeps_the_two_edges_with_the_strongest_operations() -> None:
    strengths = [[0, 1, 2], [0, 3, 1], [0, 5, 1], [0, 4, 6], [0, 1, 5.5]]
    assert top_two_edges(EDGES, NAMES, strengths) == {
        (0, 2): "conv",
        (1, 2): "skip",
        (1, 3): "conv",
        (2, 3): "conv",
    }


def test_none_is_neither_derived_nor_what_makes_an_edge_strong() -> None:
    strengths = [[9, 1, 2], [9, 3, 1], [9, 0.1, 0.2], [0, 4, 3], [0, 1, 2]]
    assert top_two_edges(EDGES, NAMES, strengths) == {
        (0, 2): "conv",
        (1, 2): "skip",
        (1, 3): "skip",
        (2, 3): "conv",
    }


def test_the_first_of_equals_is_derived() -> None:
    expected = {(0, 2): "skip", (1, 2): "skip", (0, 3): "skip", (1, 3): "skip"}
    assert top_two_edges(EDGES, NAMES, [[1, 1, 1]] * 5) == expected
    assert every_edge(EDGES, NAMES, [[1, 1, 1]] * 5) == dict.fromkeys(EDGES, "none")


def test_candidates_may_differ_by_edge() -> None:
    names = (("skip", "dil"), ("conv", "skip"), ("none", "conv"), ("pool", "skip"), ("dil", "conv"))
    strengths = [[1, 0], [1, 0], [7, 1], [2, 3], [4, 2]]
    assert top_two_edges(EDGES, names, strengths) == {(0, 2): "skip", (1, 2): "conv", (1, 3): "skip", (2, 3): "dil"}


def test_edges_of_none_alone_are_not_derived() -> None:
    names = (*NAMES[:2], ("none",), ("none",), ("skip",))
    with pytest.raises(ValueError, match="node 3 needs 2 edges with an operation other than none, not 1"):
        top_two_edges(EDGES, names, [[0, 1, 2], [0, 1, 2], [1], [1], [1]])


def test_every_edge_has_its_strongest_operation_none_among_them() -> None:
    strengths = [[9, 1, 2], [0, 3, 1], [0, 5, 1], [2, 1, 0], [0, 1, 5.5]]
    names = ("none", "skip", "skip", "none", "conv")
    assert every_edge(EDGES, NAMES, strengths) == dict(zip(EDGES, names, strict=True))


@pytest.mark.parametrize("rule", [top_two_edges, every_edge])
def test_a_strength_that_is_not_a_number_is_refused(rule: object) -> None:
    strengths = [[0, 1, 2], [0, 3, 1], [0, 5, 1], [0, math.nan, 6], [0, 1, 5.5]]
    with pytest.raises(ValueError, match="edge 1->3"):
        rule(EDGES, NAMES, strengths)  # type: ignore[operator]
