"""Catches: a hash other than the benchmark's, a key that depends on the order of vertices, cells of different graphs
with one key, a shortcut that disagrees with the key.
"""

from collections.abc import Iterator
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.nasbench101.cell import OPERATIONS, NasBench101Cell
from spaces.nasbench101.key import are_isomorphic, isomorphism_key
from spaces.nasbench101.space import NasBench101


@pytest.mark.parametrize(
    ("text", "published"),
    [
        # the example of the benchmark's documentation, and the first row of its table
        ("conv1x1~0+conv3x3~0+conv3x3~0+conv3x3~3+maxpool3x3~0+output~1245", "28cfc7874f6d200472e1a9dcd8650aa0"),
        ("conv3x3~0+maxpool3x3~1+conv3x3~2+conv3x3~0+conv1x1~034+output~25", "00005c142e6f48ac74fdcf73e3439874"),
    ],
)
def test_keys_are_the_published_ones(text: str, published: str) -> None:
    assert isomorphism_key(NasBench101().decode(text)) == published


def cells_of(vertices: int) -> Iterator[NasBench101Cell]:
    """Yield every cell of so many vertices, in every order of its vertices."""
    pairs = list(combinations(range(vertices), 2))
    for chosen in product([False, True], repeat=len(pairs)):
        edges = tuple(pair for pair, taken in zip(pairs, chosen, strict=True) if taken)
        if len(edges) > 9 or len({s for s, _ in edges}) < vertices - 1 or len({t for _, t in edges}) < vertices - 1:
            continue
        for operations in product(OPERATIONS, repeat=vertices - 2):
            yield NasBench101Cell(edges, operations)


def smallest_form(cell: NasBench101Cell) -> tuple[object, ...]:
    """Return the smallest description among all orders of the interior vertices: an identity by exhaustion."""
    last = cell.vertices - 1
    forms = []
    for order in permutations(range(1, last)):
        number = {0: 0, last: last} | {vertex: place for place, vertex in enumerate(order, start=1)}
        edges = sorted((number[source], number[target]) for source, target in cell.edges)
        forms.append((edges, [cell.operations[vertex - 1] for vertex in order]))
    return (str(min(forms)),)


@pytest.mark.parametrize(("vertices", "published"), [(2, 1), (3, 6), (4, 84), (5, 2_441)])
def test_there_are_as_many_keys_as_published_and_one_for_each_graph(vertices: int, published: int) -> None:
    pairs = {(isomorphism_key(cell), smallest_form(cell)) for cell in cells_of(vertices)}
    assert len(pairs) == len({key for key, _ in pairs}) == len({form for _, form in pairs}) == published


def reordered(cell: NasBench101Cell, seed: int) -> NasBench101Cell:
    """Return the cell with its vertices in a random order that every edge still follows."""
    rng = np.random.default_rng(seed)
    order: list[int] = []
    while len(order) < cell.vertices:
        free = [v for v, sources in enumerate(cell.sources) if v not in order and set(sources) <= set(order)]
        order.append(free[int(rng.integers(len(free)))])
    number = {vertex: place for place, vertex in enumerate(order)}
    edges = sorted((number[source], number[target]) for source, target in cell.edges)
    return NasBench101Cell(tuple(edges), tuple(cell.labels[vertex] for vertex in order[1:-1]))


@given(seed=st.integers(0, 2**32 - 1))
def test_the_key_does_not_depend_on_the_order_of_vertices(seed: int) -> None:
    cell = NasBench101().sample(np.random.default_rng(seed))
    other = reordered(cell, seed)
    assert isomorphism_key(other) == isomorphism_key(cell)
    assert are_isomorphic(other, cell)


@given(seed=st.integers(0, 2**32 - 1))
def test_two_cells_are_isomorphic_if_they_have_one_key(seed: int) -> None:
    space, rng = NasBench101(), np.random.default_rng(seed)
    cell = space.sample(rng)
    others = [space.sample(rng), space.mutate(cell, rng)]
    rotated = NasBench101Cell(cell.edges, (*cell.operations[1:], *cell.operations[:1]))
    for other in (*others, rotated):
        assert are_isomorphic(cell, other) is (isomorphism_key(cell) == isomorphism_key(other))


def test_reordering_does_move_vertices() -> None:
    cells = [NasBench101().sample(np.random.default_rng(seed)) for seed in range(40)]
    assert any(reordered(cell, seed) != cell for seed, cell in enumerate(cells))
