"""Catches: tokens in another order, cells that get lost, operations of the wrong vertex, a space that says no costs."""

import numpy as np
import pytest

from fitness.predictors.ranker.tokens import read_bytes, read_tokens, refusal
from spaces import SPACES
from spaces.nasbench101.space import NasBench101
from spaces.nasbench201.space import NasBench201
from spaces.operation_costs import Place
from tasks import UsageError, derive_rng
from tests.fitness.predictors.ranker.costed_cells import CostedCells

CELL = "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|avg_pool_3x3~1|none~2|"


def entries(texts: list[str], tokens: int = 0) -> list[list[int]]:
    """Return the only entry of each token of each candidate that is not always zero."""
    matrices = read_tokens(CostedCells(), texts, tokens).matrices
    assert not matrices[:, :, [0, 1, 1], [0, 0, 1]].any()
    found: list[list[int]] = matrices[:, :, 0, 1].tolist()
    return found


def test_operations_come_first_then_macs_and_params_of_every_cell() -> None:
    assert entries(["3,5"]) == [[7, 30, 3, 50, 5]]
    assert entries(["3,5", "4"]) == [[7, 30, 3, 50, 5], [7, 40, 4, 0, 0]]


def test_so_many_tokens_as_asked_for_and_no_cost_is_lost() -> None:
    assert entries(["3,5"], 7) == [[7, 30, 3, 50, 5, 0, 0]]
    assert entries(["3,5,8,1"], 5) == [[7, 30, 3, 140, 14]]
    with pytest.raises(UsageError, match="1 kinds of cells have more than 2 tokens"):
        entries(["3"], 2)


def test_nasbench201_as_published() -> None:
    tokens = read_tokens(NasBench201(), [CELL])
    assert (tokens.matrices.shape, tokens.graphs, tokens.place) == ((1, 31, 4, 4), 1, Place.EDGE)
    codes = np.zeros((4, 4), int)
    codes[0, 1], codes[1, 2], codes[0, 3], codes[1, 3] = 3, 2, 1, 4
    assert np.array_equal(tokens.matrices[0, 0], codes)
    assert tokens.matrices[0, 1, 0, 1] == 9 * 16 * 16 * 32 * 32
    assert tokens.matrices[0, 2, 0, 1] == 9 * 16 * 16
    assert tokens.matrices[0, 30, 1, 2] == 64 * 64


def test_nasbench101_as_published() -> None:
    tokens = read_tokens(NasBench101(), ["conv3x3~0+output~01"])
    assert (tokens.matrices.shape, tokens.graphs, tokens.place) == ((1, 19, 7, 7), 1, Place.VERTEX)
    codes = np.zeros((7, 7), int)
    codes[0, 1], codes[0, 6], codes[1, 6] = 3, 5, 5
    assert np.array_equal(tokens.matrices[0, 0], codes)


def test_two_kinds_of_cells_have_a_matrix_of_operations_each() -> None:
    space = SPACES.build("darts", {"cells": 3})
    texts = [space.encode(space.sample(derive_rng(seed))) for seed in range(2)]
    tokens = read_tokens(space, texts)
    assert (tokens.graphs, tokens.matrices.shape[1]) == (2, 2 + 2 * 3)
    assert np.array_equal(tokens.of(np.array([1])).matrices, tokens.matrices[1:])


def test_other_spaces_and_texts_are_refused() -> None:
    assert refusal(NasBench201()) is refusal(CostedCells()) is None
    said = refusal(SPACES.build("nds_resnet", {}))
    assert said is not None
    assert "this space does not say" in said
    with pytest.raises(ValueError, match="invalid literal"):
        read_tokens(CostedCells(), ["3", "x"])


def test_what_is_read_tells_options_apart_that_change_costs() -> None:
    one, same, other = NasBench201(), NasBench201(biases=False), NasBench201(stem_channels=8)
    assert read_bytes(one, [CELL]) == read_bytes(same, [CELL]) != read_bytes(other, [CELL])
