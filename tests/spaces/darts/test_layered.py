"""Catches: cells mixed up or shared that have places of their own, a mutation of more than one edge, a text of the
wrong number of cells.
"""

from typing import Any

import numpy as np
import pytest
import torch

from spaces import SPACES, InputSpec, SupernetOptions, count_complexity
from spaces.darts.layered import LayeredCandidate, LayeredDarts
from spaces.darts.space import DartsCells
from tests.published_genotypes import DARTS_V2

SMALL = LayeredDarts(channels=2, cells=3)


def flat(candidate: LayeredCandidate) -> list[Any]:
    return [choice for cell in candidate.cells for node in cell for choice in node]


def test_its_name_means_the_full_size() -> None:
    space = SPACES.build("darts_layered", {})
    candidate = space.sample(np.random.default_rng(0))
    assert len(candidate.cells) == 20
    assert space.size() == (180 * 7**8) ** 20


def test_equal_cells_are_the_network_of_a_genotype() -> None:
    darts = DartsCells(channels=36, cells=20)
    published = darts.from_genotype(DARTS_V2)
    cells = tuple(published.reduction if number in (6, 13) else published.normal for number in range(20))
    size = count_complexity(LayeredDarts(), LayeredCandidate(cells), InputSpec(), 10)
    assert size.params == 3_349_342
    assert size == count_complexity(darts, published, InputSpec(), 10)


def test_every_cell_is_built_at_its_place() -> None:
    node = "{0}~0,{0}~1"
    words = ["/".join([node.format(name)] * 4) for name in ("skip_connect", "sep_conv_3x3", "dil_conv_5x5")]
    text = ":".join(f"cell_{number}={word}" for number, word in enumerate(words))
    candidate = SMALL.decode(text)
    assert SMALL.encode(candidate) == text
    torch.manual_seed(0)
    network: Any = SMALL.build(candidate, InputSpec(3, 8), 10)
    sizes = [sum(p.numel() for p in stage[0].operations.parameters()) for stage in network.stages]
    # at 2, 4 and 8 channels: nothing; eight of 2 * (9c + c * c + 2c), eight of 25c + c * c + 2c
    assert sizes == [0, 8 * 2 * (36 + 16 + 8), 8 * (200 + 64 + 16)]


def test_a_mutation_changes_one_edge_of_one_cell_and_each_cell_in_turn() -> None:
    rng = np.random.default_rng(0)
    parent = SMALL.sample(rng)
    changed, nodes = [], set()
    for _ in range(300):
        child = SMALL.mutate(parent, rng)
        assert SMALL.decode(SMALL.encode(child)) == child
        different = [
            number for number, cells in enumerate(zip(parent.cells, child.cells, strict=True)) if cells[0] != cells[1]
        ]
        assert len(different) == 1
        gone = set(enumerate(flat(parent))) - set(enumerate(flat(child)))
        assert len(gone) in (1, 2)  # two where the node's edges change places
        changed += different
        nodes |= {
            number
            for cell in different
            for number in range(4)
            if parent.cells[cell][number] != child.cells[cell][number]
        }
    assert all(60 < changed.count(number) < 140 for number in range(3))
    assert nodes == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cell_0=skip_connect~0,skip_connect~1", "does not have the form cell_0=...:cell_1=...:cell_2=..."),
        (
            ":".join(f"cell_{n}=" + "/".join(["none~0,skip_connect~1"] * 4) for n in range(3)),
            "on edge 0->2 of cell_0 'none'",
        ),
        (
            ":".join(f"cell_{n}=" + "/".join(["skip_connect~1,skip_connect~1"] * 4) for n in range(3)),
            "node 2 of cell_0 reads states 1 and 1",
        ),
    ],
)
def test_a_bad_text_is_refused_with_the_part_that_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SMALL.decode(text)


def test_a_candidate_of_another_number_of_cells_is_refused() -> None:
    candidate = LayeredDarts(channels=2, cells=4).sample(np.random.default_rng(0))
    for refuse in (SMALL.encode, lambda given: SMALL.build(given, InputSpec(), 10)):
        with pytest.raises(ValueError, match="4 cells instead of 3"):
            refuse(candidate)


def test_a_supernet_derives_a_cell_for_every_place() -> None:
    torch.manual_seed(0)
    supernet = SMALL.relax(InputSpec(3, 8), 10)
    with torch.no_grad():
        for number, values in enumerate(supernet.alphas.operations.values()):
            values.zero_()
            values[:, number] = 1
    derived = supernet.derive()
    names = ("skip_connect", "max_pool_3x3", "avg_pool_3x3")
    assert derived.cells == tuple(((((name, 0), (name, 1)),) * 4) for name in names)


def test_a_supernet_has_the_cells_of_its_candidates() -> None:
    with pytest.raises(ValueError, match="candidates of this space have 3"):
        SMALL.relax(InputSpec(3, 8), 10, SupernetOptions(cells=5))
    assert len(SMALL.relax(InputSpec(3, 8), 10, SupernetOptions(cells=3)).candidates) == 3


def test_the_graph_has_a_part_for_every_cell() -> None:
    graph = SMALL.to_graph(SMALL.sample(np.random.default_rng(0)))
    assert {name.split("/")[0] for name in graph} == {"cell_0", "cell_1", "cell_2"}
    assert len(graph) == 3 * (2 + 4 * 3 + 1)


@pytest.mark.parametrize(("options", "message"), [({"channels": 1}, "channels is 1"), ({"cells": 2}, "cells is 2")])
def test_a_bad_option_is_refused(options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LayeredDarts(**options)
