"""Catches: a member that is not known again, in other words too; a stranger taken for a member; a file that says
nothing of its members taken for one that has none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness.predictors.base import FittedState
from fitness.predictors.learnt_members import (
    KEY,
    check_members,
    learnt_from,
    member_digests,
    with_members,
    without_members,
)
from fitness.predictors.state_file import read_state, write_state
from tests.toy import BitStrings, MirroredBitStrings

EMPTY = FittedState({"x": np.zeros(1)}, {"y": 1})


def known(state: FittedState, space: Any, texts: list[str]) -> list[bool]:
    """Return which candidates a state says that it has learnt from."""
    found = learnt_from(state, space, texts)
    assert found is not None
    return [bool(each) for each in found]


def test_members_are_known_again_from_their_file(tmp_path: Path) -> None:
    state = with_members(EMPTY, BitStrings(length=3), ["011", "000", "011"])
    write_state(tmp_path / "a", state)
    again = read_state(tmp_path / "a")
    assert (again.notes, len(again.arrays[KEY]), again.arrays["x"].tolist()) == ({"y": 1}, 2, [0])
    assert known(again, BitStrings(length=3), ["011", "110", "000"]) == [True, False, True]


def test_texts_of_one_candidate_are_one_member() -> None:
    state = with_members(EMPTY, MirroredBitStrings(length=3), ["011"])
    assert known(state, MirroredBitStrings(length=3), ["110", "101"]) == [True, False]


def test_of_a_state_that_does_not_say_it_is_not_known() -> None:
    assert learnt_from(EMPTY, BitStrings(), ["0" * 10]) is None
    nobody = with_members(EMPTY, BitStrings(), [])
    assert known(nobody, BitStrings(), ["0" * 10]) == [False]
    assert learnt_from(without_members(nobody), BitStrings(), ["0" * 10]) is None
    assert without_members(nobody).arrays == EMPTY.arrays


@pytest.mark.parametrize("kept", [np.zeros(2), np.zeros(2, np.int64), np.zeros((1, 2), np.uint64), np.uint64(3)])
def test_members_that_are_no_list_of_digests_are_refused(kept: Any) -> None:
    check_members(with_members(EMPTY, BitStrings(length=1), ["0"]).arrays)
    check_members(EMPTY.arrays)
    with pytest.raises(ValueError, match=r"^learnt_members are .*, and no list of digests$"):
        check_members({KEY: np.asarray(kept)})


def test_a_digest_is_that_of_the_identity() -> None:
    first_of_sha256 = int.from_bytes(bytes.fromhex("ba7816bf8f01cfea"), "little")  # published for abc
    assert member_digests(Letters(), ["abc"]).tolist() == [first_of_sha256]
    assert member_digests(Letters(), []).tolist() == []
    with pytest.raises(ValueError, match="no letter"):
        member_digests(Letters(), ["1"])


class Letters(BitStrings):
    """Texts of letters."""

    def decode(self, text: str) -> tuple[int, ...]:
        if not text.isalpha():
            raise ValueError("no letter")
        return tuple(map(ord, text))

    def encode(self, candidate: tuple[int, ...]) -> str:
        return "".join(map(chr, candidate))
