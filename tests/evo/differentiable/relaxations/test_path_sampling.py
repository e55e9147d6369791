"""Catches: a pair drawn by another law, a dropped skip that comes back, a pool dropped unasked, an edge without enough
parametric operations left without a pair.
"""

from collections import Counter
from itertools import permutations

import pytest
import torch
from scipy import stats

from evo.differentiable.relaxations.path_sampling import PairSampler

ROW = ("skip_connect", "max_pool_3x3", "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3")
SHARES = (0.35, 0.25, 0.2, 0.15, 0.05)
COUNT = 6000


def drawn(pools: bool, dropout: float, row: tuple[str, ...] = ROW) -> Counter[tuple[int, ...]]:
    values = torch.tensor(SHARES[: len(row)], dtype=torch.float64).log().repeat(COUNT, 1)
    of_one = PairSampler.of([row], pools=pools)
    sampler = PairSampler(of_one.dropped.expand(COUNT, -1), of_one.barred.expand(COUNT, -1))
    return Counter(map(tuple, sampler.draw(values, torch.Generator().manual_seed(0), dropout).tolist()))


def chance(pair: tuple[int, int], among: tuple[int, ...]) -> float:
    """Return the chance that one is drawn first and the other next, of those among which there is a choice."""
    if not set(pair) <= set(among):
        return 0.0
    total = sum(SHARES[number] for number in among)
    one, other = SHARES[pair[0]] / total, SHARES[pair[1]] / total
    return one * other / (1 - one)


@pytest.mark.parametrize(("pools", "dropout"), [(False, 0.0), (False, 0.3), (True, 0.3), (False, 1.0), (True, 1.0)])
def test_pairs_are_drawn_by_their_law_and_again_without_what_is_dropped(pools: bool, dropout: float) -> None:
    dropped, everything = {0, 1} if pools else {0}, tuple(range(5))
    pairs = list(permutations(everything, 2))
    hit = sum(chance(pair, everything) for pair in pairs if dropped & set(pair))
    observed = drawn(pools, dropout)
    for pair in pairs:
        stays = 1 - dropout * bool(dropped & set(pair))
        expected = stays * chance(pair, everything) + dropout * hit * chance(pair, (2, 3, 4))
        assert stats.binomtest(observed[pair], COUNT, expected).pvalue > 1e-6
    assert sum(observed.values()) == COUNT


def test_two_parametric_operations_are_enough_to_drop_a_skip() -> None:
    assert not any(0 in pair for pair in drawn(False, 1.0, ROW[:4]))


def test_nothing_is_dropped_where_no_two_parametric_operations_are_left() -> None:
    row = ROW[:3]
    assert drawn(True, 1.0, row) == drawn(True, 0.0, row)
    assert all(one != other for one, other in drawn(True, 1.0, row))


def test_edges_of_one_cell_are_drawn_apart() -> None:
    sampler = PairSampler.of([ROW, ROW[:2] + ROW[:1] + ROW[:2]], pools=False)
    assert sampler.dropped.tolist() == [[True, False, False, False, False], [False] * 5]
    assert sampler.barred.tolist() == [[True, True, False, False, False], [True] * 5]
