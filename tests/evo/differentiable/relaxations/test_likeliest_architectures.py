"""Catches: a likelier choice that comes later or is missing, one that comes twice, an operation of no chance; ``none``
where the space derives none of it, or none of it where it does; equal architectures listed twice.
"""

import math
from itertools import islice, product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evo.differentiable.relaxations.likeliest_architectures import likeliest_architectures, likeliest_choices
from evo.differentiable.relaxations.strongest_paths import strongest_paths
from spaces import ZERO, single_paths
from tests.evo.differentiable.small_supernets import SPACES, plain, supernet_of

SHARES = st.lists(st.floats(0.01, 1), min_size=1, max_size=4)


def chance(edges: list[list[float]], choice: tuple[int, ...]) -> float:
    return math.prod(row[number] for row, number in zip(edges, choice, strict=True))


@given(st.lists(SHARES, min_size=1, max_size=4))
def test_choices_are_all_there_are_in_the_order_of_their_chances(edges: list[list[float]]) -> None:
    found = list(likeliest_choices(edges))
    assert sorted(found) == sorted(product(*(range(len(row)) for row in edges)))
    chances = [chance(edges, choice) for choice in found]
    assert chances == pytest.approx(sorted(chances, reverse=True))


def test_the_first_choices_by_hand_and_none_of_no_chance() -> None:
    # .6 x .5, .6 x .4, .3 x .5, .3 x .4, .1 x .5, ...
    found = list(likeliest_choices([[0.1, 0.6, 0.3, 0.0], [0.5, 0.1, 0.4]]))
    assert found[:5] == [(1, 0), (1, 2), (2, 0), (2, 2), (1, 1)]
    assert len(found) == 9
    assert next(likeliest_choices([[0.2, 0.2]])) == (0,)  # the first of equals


def test_in_nas_bench_201_architectures_are_choices_none_among_them() -> None:
    supernet = supernet_of("nasbench201")
    (values,) = supernet.alphas.operations.values()
    with torch.no_grad():
        values[0, supernet.candidates["cell"][0].index(ZERO)] = 9.0
    found = likeliest_architectures(supernet, 40)
    assert len({SPACES["nasbench201"].encode(each) for each in found}) == 40
    strongest = single_paths(strongest_paths(supernet, supernet.alphas))
    assert plain(supernet.gates_of(found[0])) == plain(strongest)
    assert f"|{ZERO}~0|+" in SPACES["nasbench201"].encode(found[0])
    shares = values.double().softmax(dim=1).tolist()
    numbers = [tuple(row[0] for row in supernet.gates_of(each).cells["cell"].computed or ()) for each in found]
    assert numbers == list(islice(likeliest_choices(shares), 40))


@pytest.mark.parametrize("space", ["darts", "layered"])
def test_in_darts_cells_none_is_never_chosen_and_each_architecture_comes_once(space: str) -> None:
    supernet = supernet_of(space)
    zeros = {
        name: torch.tensor([[one == ZERO for one in row] for row in rows]) for name, rows in supernet.candidates.items()
    }
    with torch.no_grad():
        for name, values in supernet.alphas.operations.items():
            values[zeros[name]] = 9.0
    found = likeliest_architectures(supernet, 30)
    texts = [SPACES[space].encode(each) for each in found]
    assert 20 < len(set(texts)) == len(texts) <= 30
    # the strongest operations are the likeliest choice, and a cell keeps the edges on which they are likeliest
    shares = {name: values.softmax(dim=1) for name, values in supernet.alphas.operations.items()}
    assert found[0] == supernet.derive({name: values.masked_fill(zeros[name], 0) for name, values in shares.items()})
