"""Catches: two texts for one cell, an operation on an edge that does not have it, both edges of a node from one source,
a mutation that changes more than one edge or never reaches a neighbour.
"""

from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch

from spaces import SPACES, InputSpec, count_complexity
from spaces.cells.notation import write_genotype
from spaces.darts.edges import EDGE_CANDIDATES, EDGES
from spaces.darts.space import DartsCandidate, DartsCells
from tests.published_genotypes import DARTS_V2, P_DARTS, PC_DARTS_IMAGENET

DARTS_V2_TEXT = (
    "normal=sep_conv_3x3~0,sep_conv_3x3~1/sep_conv_3x3~0,sep_conv_3x3~1"
    "/skip_connect~0,sep_conv_3x3~1/skip_connect~0,dil_conv_3x3~2:"
    "reduction=max_pool_3x3~0,max_pool_3x3~1/max_pool_3x3~1,skip_connect~2"
    "/max_pool_3x3~0,skip_connect~2/max_pool_3x3~1,skip_connect~2"
)


def edges_of(candidate: DartsCandidate) -> dict[tuple[str, int, int], str]:
    """Return the operation of each edge: cell, node, source."""
    cells = (("normal", candidate.normal), ("reduction", candidate.reduction))
    return {
        (name, source, number): operation
        for name, nodes in cells
        for number, node in enumerate(nodes, start=2)
        for operation, source in node
    }


def allowed_on(space: str, cell: str, source: int, node: int) -> set[str]:
    edges: Any = getattr(EDGE_CANDIDATES[space], cell)
    return set(edges[EDGES.index((source, node))]) - {"none"}


@pytest.mark.parametrize(("name", "space"), [("darts", "s0"), ("s1", "s1"), ("s2", "s2"), ("s3", "s3"), ("s4", "s4")])
def test_names_mean_their_spaces(name: str, space: str) -> None:
    texts = [s.encode(s.sample(np.random.default_rng(0))) for s in (SPACES.build(name, {}), DartsCells(space=space))]
    assert texts[0] == texts[1]


def test_a_published_genotype_has_one_text_whatever_the_order_of_its_edges() -> None:
    space = DartsCells()
    candidate = space.from_genotype(DARTS_V2)
    assert space.encode(candidate) == DARTS_V2_TEXT
    assert space.decode(DARTS_V2_TEXT) == candidate
    swapped = DARTS_V2.replace("('skip_connect', 0), ('dil_conv_3x3', 2)", "('dil_conv_3x3', 2), ('skip_connect', 0)")
    assert swapped != DARTS_V2
    assert space.from_genotype(swapped) == candidate


@pytest.mark.parametrize("text", [DARTS_V2, P_DARTS, PC_DARTS_IMAGENET])
def test_genotypes_lead_back(text: str) -> None:
    space = DartsCells()
    candidate = space.from_genotype(text)
    assert space.from_genotype(space.to_genotype(candidate)) == candidate
    assert space.from_genotype(write_genotype(space.to_genotype(candidate))) == candidate


def test_the_published_cell_has_the_published_number_of_parameters() -> None:
    space = DartsCells(channels=36, cells=20)
    assert count_complexity(space, space.from_genotype(DARTS_V2), InputSpec(), 10).params == 3_349_342


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("dil_conv_3x3", "none", "edge 2->5 of the normal cell 'none'"),
        ("dil_conv_3x3", "noise", "edge 2->5 of the normal cell 'noise'"),
        ("('skip_connect', 0), ('dil_conv_3x3', 2)", "('skip_connect', 2), ('dil_conv_3x3', 2)", "states 2 and 2"),
        ("normal_concat=[2, 3, 4, 5]", "normal_concat=[3, 4, 5]", "concatenate all nodes, 2 to 5"),
        (
            ", ('skip_connect', 0), ('dil_conv_3x3', 2)],\n    normal_concat=[2, 3, 4, 5]",
            "],\n    normal_concat=[2, 3, 4]",
            "3 nodes instead of 4",
        ),
    ],
)
def test_a_genotype_of_no_derived_cell_is_refused(old: str, new: str, message: str) -> None:
    assert old in DARTS_V2
    with pytest.raises(ValueError, match=message):
        DartsCells().from_genotype(DARTS_V2.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "skip_connect~0,dil_conv_3x3~2:",
            "dil_conv_3x3~2,skip_connect~0:",
            "node 5 of the normal cell reads states 2",
        ),
        ("skip_connect~0,dil_conv_3x3~2:", "skip_connect~2,dil_conv_3x3~2:", "must differ and ascend"),
        ("dil_conv_3x3~2", "dil_conv_3x3~5", "of node 5 reads state 5"),
        ("dil_conv_3x3~2", "conv_3x3~2", "edge 2->5 of the normal cell 'conv_3x3'"),
        ("normal=", "reduction=", "form normal="),
    ],
)
def test_a_bad_text_is_refused_with_the_part_that_is_wrong(old: str, new: str, message: str) -> None:
    assert old in DARTS_V2_TEXT
    with pytest.raises(ValueError, match=message):
        DartsCells().decode(DARTS_V2_TEXT.replace(old, new))


def test_what_one_space_derives_another_refuses() -> None:
    candidate = DartsCells(space="s2").from_genotype(
        DARTS_V2.replace("dil_conv", "sep_conv").replace("max_pool_3x3", "skip_connect")
    )
    assert DartsCells().decode(DartsCells().encode(candidate)) == candidate
    for space in ("s1", "s4"):
        with pytest.raises(ValueError, match="operation on edge"):
            DartsCells(space=space).mutate(candidate, np.random.default_rng(0))


@pytest.mark.parametrize("space", EDGE_CANDIDATES)
def test_sampled_cells_draw_from_every_edge_all_that_it_allows(space: str) -> None:
    made, rng = DartsCells(space=space), np.random.default_rng(1)
    seen: dict[tuple[str, int, int], set[str]] = {}
    for _ in range(600):
        candidate = made.sample(rng)
        for edge, operation in edges_of(candidate).items():
            seen.setdefault(edge, set()).add(operation)
    assert seen == {(cell, *edge): allowed_on(space, cell, *edge) for cell in ("normal", "reduction") for edge in EDGES}


def test_pairs_of_sources_are_uniform() -> None:
    space, rng = DartsCells(), np.random.default_rng(2)
    pairs = Counter(tuple(source for _, source in space.sample(rng).reduction[3]) for _ in range(2_000))
    assert len(pairs) == 10
    assert sum((count - 200) ** 2 / 200 for count in pairs.values()) < 27.9  # 9 degrees of freedom, .999


def test_sizes_are_products_over_nodes() -> None:
    # pairs of sources 1, 3, 6, 10; seven operations on each of eight edges of S0, two elsewhere; two cells
    assert DartsCells().size() == (180 * 7**8) ** 2
    assert DartsCells(space="s2").size() == DartsCells(space="s4").size() == (180 * 2**8) ** 2


@pytest.mark.parametrize("space", EDGE_CANDIDATES)
def test_a_mutation_changes_one_edge_and_reaches_every_neighbour(space: str) -> None:
    made, rng = DartsCells(space=space), np.random.default_rng(3)
    parent = made.sample(rng)
    before = edges_of(parent)
    found: set[tuple[Any, Any]] = set()
    for _ in range(3_000):
        child = made.mutate(parent, rng)
        assert made.decode(made.encode(child)) == child
        after = edges_of(child)
        (gone,), (new,) = before.items() - after.items(), after.items() - before.items()
        assert (gone[0][0], gone[0][2]) == (new[0][0], new[0][2])
        found.add((gone, new))
    assert found == set(neighbours(space, before))


def neighbours(space: str, edges: dict[tuple[str, int, int], str]) -> Any:
    """Yield what may be taken away and what then takes its place."""
    for (cell, source, node), operation in edges.items():
        taken = {other for other_cell, other, other_node in edges if (other_cell, other_node) == (cell, node)}
        for other in allowed_on(space, cell, source, node) - {operation}:
            yield ((cell, source, node), operation), ((cell, source, node), other)
        for new in set(range(node)) - taken:
            allowed = allowed_on(space, cell, new, node)
            for kept in {operation} if operation in allowed else allowed:
                yield ((cell, source, node), operation), ((cell, new, node), kept)


def test_operations_and_sources_change_at_the_same_rate() -> None:
    space, rng = DartsCells(), np.random.default_rng(4)
    parent = space.sample(rng)
    sources = {edge for edge in edges_of(parent)}
    moved = sum({edge for edge in edges_of(space.mutate(parent, rng))} != sources for _ in range(2_000))
    assert abs(moved / 2_000 - 12 / 28) < 0.045  # 16 operations, 12 sources of which there is more than the one pair


@pytest.mark.parametrize("space", EDGE_CANDIDATES)
def test_sampled_members_train_at_32_pixels(space: str) -> None:
    made = DartsCells(space=space, channels=4, cells=4)
    torch.manual_seed(0)
    network = made.build(made.sample(np.random.default_rng(5)), InputSpec(), 10)
    assert [(info.channels, info.reduction) for info in network.feature_info] == [(16, 1), (32, 2), (64, 4)]
    maps = network.forward_features(torch.randn(2, 3, 32, 32))
    sum(feature.square().mean() for feature in maps).backward()  # type: ignore[union-attr]
    assert all(feature.isfinite().all() for feature in maps)
    assert all(p.grad is None or p.grad.isfinite().all() for p in network.parameters())


def test_the_graph_has_the_operations_of_both_cells() -> None:
    space = DartsCells()
    candidate = space.from_genotype(DARTS_V2)
    operations = Counter(op for _, op in space.to_graph(candidate).nodes(data="op"))
    assert operations == Counter(
        {"sep_conv_3x3": 5, "skip_connect": 5, "dil_conv_3x3": 1, "max_pool_3x3": 5, "input": 4, "sum": 8, "concat": 2}
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [({"space": "s5"}, "did you mean"), ({"channels": 1}, "channels is 1"), ({"cells": 2}, "cells is 2")],
)
def test_a_bad_option_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DartsCells(**options)
