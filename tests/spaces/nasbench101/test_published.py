"""Catches: a published matrix that is read as another cell, rows or operations exchanged; a damaged one that ends in
anything but one line."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import SPACES, read_candidate
from spaces.nasbench101.cell import NasBench101Cell
from spaces.nasbench101.published import COMPACT_OPERATIONS, read_published, write_published

# input -> conv3x3 -> maxpool -> output, and input -> output
MATRIX = [[0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
OPERATIONS = ["input", "conv3x3-bn-relu", "maxpool3x3", "output"]
CELL = NasBench101Cell(((0, 1), (0, 3), (1, 2), (2, 3)), ("conv3x3-bn-relu", "maxpool3x3"))
FLAT = (*(entry for row in MATRIX for entry in row), 0, 4, 2, 1)


@pytest.mark.parametrize(
    "value",
    [
        {"matrix": MATRIX, "ops": OPERATIONS},
        {"module_adjacency": MATRIX, "module_operations": OPERATIONS, "trainable_parameters": 1},
        {"matrix": MATRIX, "operations": OPERATIONS},
        {"matrix": MATRIX, "labels": OPERATIONS},
        [MATRIX, OPERATIONS],
        list(FLAT),
    ],
)
def test_every_form_is_the_cell(value: Any) -> None:
    for text in (json.dumps(value), str(value), str(value).replace("[", "(").replace("]", ")")):
        assert read_published(text) == CELL


def test_a_text_of_no_list_is_none() -> None:
    assert read_published("conv3x3~0+output~1") is None


def test_what_is_written_is_read_back() -> None:
    assert json.loads(write_published(CELL)) == {"matrix": MATRIX, "ops": OPERATIONS}
    space = SPACES.build("nasbench101", {})
    for seed in range(20):
        cell = space.sample(np.random.default_rng(seed))
        assert read_candidate(space, space.to_published(cell)) == cell


def test_idle_vertices_are_pruned() -> None:
    wide = [[*row[:3], 0, *row[3:]] for row in MATRIX]
    wide.insert(3, [0] * 5)
    assert read_published(str((wide, [*OPERATIONS[:3], "conv1x1-bn-relu", "output"]))) == CELL


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "no matrix with its operations; the forms are"),
        ("{}", "no matrix with its operations"),
        ('{"matrix": [[0]]}', "no matrix with its operations"),
        ("[1, 2, 3]", "3 numbers are no n x n entries and n operations"),
        ("(0, 1, 0, 0, 0, 5)", "operation 5 is none of 0 input, 1 output, 2 maxpool3x3"),
        ("(0, 1, 0, 0, 0, -1)", "operation -1 is none of"),
        ("(0, 2, 0, 0, 0, 1)", "neither 0 nor 1"),
        ("[1, ['input', 'output']]", "the matrix is 1; rows"),
        ("[[1], ['input', 'output']]", "rows of zeros and ones"),
        ("[[[0, 1], [0, 0]], [1, 2]]", "the operations are"),
        ("[[[0, 1], [0, 0]], 'ab']", "the operations are"),
        ("[[[0, 1], [0]], ['input', 'output']]", "2 x 2 entries"),
        ("[[[0, 'x'], [0, 0]], ['input', 'output']]", "neither 0 nor 1"),
        ("[[[0, [1]], [0, 0]], ['input', 'output']]", "neither 0 nor 1"),
        ("[[[0, 1], [1, 0]], ['input', 'output']]", "above the diagonal"),
        ("[[[0, 1], [0, 0]], ['output', 'input']]", "begin with 'input'"),
        (str([[[0]] * 15, ["a"] * 15]), "15 vertices; at most 7"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        read_published(text)
    assert len(str(refused.value).splitlines()) == 1


@settings(max_examples=40)
@given(numbers=st.lists(st.integers(0, 1), min_size=20, max_size=20), inner=st.lists(st.integers(2, 4), max_size=2))
def test_flat_tuples_and_matrices_mean_the_same(numbers: list[int], inner: list[int]) -> None:
    size = len(inner) + 2
    matrix = [[numbers[(5 * s + t) % 20] if s < t else 0 for t in range(size)] for s in range(size)]
    flat = [*(entry for row in matrix for entry in row), 0, *inner, 1]
    labels = [COMPACT_OPERATIONS[number] for number in (0, *inner, 1)]
    found = []
    for value in (flat, [matrix, labels]):
        try:
            found.append(read_published(str(value)))
        except ValueError as refused:
            found.append(str(refused))  # type: ignore[arg-type]
    assert found[0] == found[1]
