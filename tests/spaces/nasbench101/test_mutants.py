"""Catches: a number that depends on the order of vertices, that two graphs share, or that ignores an edge, a direction
or an operation; a graph that is no cell and has a number; graphs drawn otherwise than the space's mutation draws them;
a parent that is changed itself.
"""

from collections import Counter
from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spaces import draw_distinct
from spaces.nasbench101.cell import NasBench101Cell
from spaces.nasbench101.mutants import mutant_signatures, signatures_of
from spaces.nasbench101.space import NasBench101
from tasks import derive_rng

SPACE = NasBench101()
seeds = st.integers(0, 2**32 - 1)


def reordered(cell: NasBench101Cell) -> list[NasBench101Cell]:
    """Return the same graph with its inner vertices in every order in which edges still rise."""
    found = []
    for order in permutations(range(1, cell.vertices - 1)):
        number = dict(zip((0, *order, cell.vertices - 1), range(cell.vertices), strict=True))
        edges = sorted((number[source], number[target]) for source, target in cell.edges)
        if all(source < target for source, target in edges):
            found.append(NasBench101Cell(tuple(edges), tuple(cell.operations[vertex - 1] for vertex in order)))
    return found


@given(seed=seeds)
def test_all_orders_of_a_graph_share_its_number(seed: int) -> None:
    assert len(set(signatures_of(reordered(SPACE.sample(np.random.default_rng(seed)))).tolist())) == 1


@given(seed=seeds)
def test_numbers_are_equal_where_keys_are(seed: int) -> None:
    cell = SPACE.sample(np.random.default_rng(seed))
    cells = [cell, *(SPACE.mutate(cell, np.random.default_rng(number)) for number in range(5))]
    pairs = {(SPACE.key(each), number) for each, number in zip(cells, signatures_of(cells).tolist(), strict=True)}
    assert len({key for key, _ in pairs}) == len({number for _, number in pairs}) == len(pairs)


def test_many_cells_of_different_keys_have_different_numbers() -> None:
    cells = draw_distinct(SPACE, 1_000, derive_rng(4))
    numbers = signatures_of(cells)
    assert len(set(numbers.tolist())) == 1_000
    assert numbers.all()
    assert signatures_of(cells[:1])[0] == numbers[0]


def test_mutants_are_drawn_as_the_space_mutates() -> None:
    """Its most frequent children are as frequent here as there, once the parent and what is no cell are left out."""
    parent = SPACE.decode("conv3x3~0+maxpool3x3~01+conv1x1~2+output~3")
    own, *tried = mutant_signatures(parent, 20_000, np.random.default_rng(0)).tolist()
    assert own == signatures_of([parent])[0]
    left = [number for number in tried if number not in (0, own)]
    ours = Counter(left)
    children = [SPACE.mutate(parent, rng) for rng in [np.random.default_rng(1)] for _ in range(3_000)]
    theirs = Counter(signatures_of(children).tolist())
    for number, count in theirs.most_common(8):
        share = count / len(children)
        assert abs(ours[number] / len(left) - share) < 4 * (share / len(children)) ** 0.5 * 1.2
    assert 0 in tried  # too many edges, or no path
    assert own in tried


def test_the_lone_edge_has_children() -> None:
    own, *tried = mutant_signatures(SPACE.decode("output~0"), 200, np.random.default_rng(0)).tolist()
    assert own == signatures_of([SPACE.decode("output~0")])[0]
    assert len(set(tried) - {own, 0}) > 5
