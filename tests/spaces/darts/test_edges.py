"""Catches: a candidate set on the wrong edge, an edge numbered otherwise than in the published code, ``none`` let into
derived cells.
"""

import pytest

from spaces.cells.operations import OPERATIONS
from spaces.darts.edges import EDGE_CANDIDATES, EDGES, PATHS, selectable

# The two cells of S1 edge by edge, abbreviated, in the order of the code published with RobustDARTS.
S1_NORMAL = "kd ke ke ks kd mk ks ks kd ks mk kd de de"
S1_REDUCTION = "ma md ma ma ke ma ms kd ke ma ma ke ke ke"
LETTERS = {
    "k": "skip_connect",
    "d": "dil_conv_3x3",
    "e": "dil_conv_5x5",
    "s": "sep_conv_3x3",
    "m": "max_pool_3x3",
    "a": "avg_pool_3x3",
}


def spelt_out(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(LETTERS[letter] for letter in word) for word in text.split())


def test_edges_are_numbered_node_by_node() -> None:
    assert len(EDGES) == 14
    assert [EDGES.index(edge) for edge in ((0, 2), (0, 3), (0, 4), (0, 5))] == [0, 2, 5, 9]
    assert EDGES[4] == (2, 3)
    assert EDGES[13] == (4, 5)


def test_s1_has_its_own_pair_on_every_edge() -> None:
    assert EDGE_CANDIDATES["s1"].normal == spelt_out(S1_NORMAL)
    assert EDGE_CANDIDATES["s1"].reduction == spelt_out(S1_REDUCTION)


@pytest.mark.parametrize(
    ("space", "candidates"),
    [
        (
            "s0",
            "none max_pool_3x3 avg_pool_3x3 skip_connect sep_conv_3x3 sep_conv_5x5 dil_conv_3x3 dil_conv_5x5",
        ),
        ("s2", "skip_connect sep_conv_3x3"),
        ("s3", "none skip_connect sep_conv_3x3"),
        ("s4", "noise sep_conv_3x3"),
    ],
)
def test_the_other_spaces_have_one_set_for_all_edges(space: str, candidates: str) -> None:
    edges = EDGE_CANDIDATES[space]
    assert edges.normal == edges.reduction == (tuple(candidates.split()),) * 14


@pytest.mark.parametrize("space", EDGE_CANDIDATES)
def test_every_edge_of_a_derived_cell_has_a_choice(space: str) -> None:
    for candidates in EDGE_CANDIDATES[space].normal + EDGE_CANDIDATES[space].reduction:
        assert len(set(selectable(candidates))) >= 2
        assert set(candidates) <= set(OPERATIONS)


def test_the_paths_of_sswp_are_those_of_s0_without_none_parameter_free_ones_first() -> None:
    assert sorted(PATHS) == sorted(selectable(EDGE_CANDIDATES["s0"].normal[0]))
    assert PATHS[:3] == ("skip_connect", "max_pool_3x3", "avg_pool_3x3")


def test_only_none_is_never_selected() -> None:
    assert selectable(("none", "noise", "skip_connect")) == ("noise", "skip_connect")
