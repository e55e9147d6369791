"""Catches: a scaling by members that were not learnt from, one token too many left out, a damaged one that is taken."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fitness.predictors.ranker.scaling import Scaling, ScalingKind
from fitness.predictors.ranker.tokens import read_tokens
from spaces.operation_costs import Place
from tests.fitness.predictors.ranker.costed_cells import CostedCells

EDGES, VERTICES = CostedCells(), CostedCells(Place.VERTEX)
MEMBERS = read_tokens(EDGES, ["1,1,4", "3,3,4"])
ENTRY = 1  # of four: from the first vertex to the second


def numbers(scaling: Scaling, text: str, space: CostedCells = EDGES) -> list[float]:
    found: list[float] = scaling(read_tokens(space, [text], len(scaling.offset)))[0, :, ENTRY].tolist()
    return found


def test_standard_is_by_the_members_that_are_learnt_from() -> None:
    scaling = Scaling.of(MEMBERS, ScalingKind.STANDARD, distinct=False)
    assert numbers(scaling, "1,1,4") == [0, -1, -1, -1, -1, 0, 0]
    assert numbers(scaling, "5,2,6") == [0, 3, 3, 0, 0, 0, 0]  # nothing is known of entries that never differ
    assert scaling(MEMBERS).dtype == np.float32
    assert scaling(MEMBERS).shape == (2, 7, 4)


def test_published_divides_costs_of_vertices_alone() -> None:
    plain = Scaling.of(MEMBERS, ScalingKind.PUBLISHED, distinct=False)
    assert numbers(plain, "1,2,4") == [7, 10, 1, 20, 2, 40, 4]
    members = read_tokens(VERTICES, ["1,1"])
    divided = Scaling.of(members, ScalingKind.PUBLISHED, distinct=False)
    assert numbers(divided, "100000,300000", VERTICES) == pytest.approx([7, 0.2, 1, 0.6, 3])


@pytest.mark.parametrize(
    ("texts", "kept"),
    [(["1,1,4", "3,3,4"], [0, 1, 2, 5, 6]), (["1,1,1", "3,3,4"], [0, 1, 2, 5, 6]), (["2,2,2", "3,3,3"], [0, 1, 2])],
)
def test_cells_that_cost_the_same_in_every_member_are_left_out(texts: list[str], kept: list[int]) -> None:
    members = read_tokens(EDGES, texts)
    assert Scaling.of(members, ScalingKind.STANDARD, distinct=True).kept.tolist() == kept
    assert Scaling.of(members, ScalingKind.STANDARD, distinct=False).kept.tolist() == list(range(7))
    assert Scaling.of(members, ScalingKind.STANDARD, distinct=True)(members).shape == (2, len(kept), 4)


def test_it_comes_back_from_arrays() -> None:
    scaling = Scaling.of(MEMBERS, ScalingKind.STANDARD, distinct=True)
    again = Scaling.from_arrays(scaling.arrays())
    assert np.array_equal(again(MEMBERS), scaling(MEMBERS))


@pytest.mark.parametrize(
    "change",
    [
        {"kept": np.array([0, 7])},
        {"kept": np.array([-1])},
        {"kept": np.array([], np.int64)},
        {"kept": np.array([0.0])},
        {"kept": np.array([[0]])},
        {"offset": np.zeros(7)},
        {"factor": np.zeros((7, 3))},
        {"factor": np.zeros((7, 4), np.float32)},
        {"offset": np.zeros((7, 4), np.int64)},
    ],
)
def test_arrays_that_no_scaling_gives_are_refused(change: dict[str, Any]) -> None:
    scaling = replace(Scaling.of(MEMBERS, ScalingKind.STANDARD, distinct=True), **change)
    with pytest.raises(ValueError, match="its scaling"):
        Scaling.from_arrays(scaling.arrays())


def test_it_is_of_candidates_of_as_many_vertices_and_of_whole_cells() -> None:
    def scaling(tokens: int, entries: int) -> Scaling:
        return Scaling(np.zeros(1, np.int64), np.zeros((tokens, entries)), np.zeros((tokens, entries)))

    for tokens in (3, 5, 7, 9):  # operations, then two of each of one to four cells
        scaling(tokens, 4).check_reads(MEMBERS)
    for tokens, entries in ((1, 4), (2, 4), (6, 4), (7, 9), (7, 1)):
        with pytest.raises(ValueError, match=f"^its scaling reads {tokens} tokens of {entries} numbers, .* 7 of 4$"):
            scaling(tokens, entries).check_reads(MEMBERS)
