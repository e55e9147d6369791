"""Catches: a member that is not known again, in other words too; a stranger taken for a member."""

from pathlib import Path

import numpy as np
import pytest

from fitness.predictors.base import FittedState
from fitness.predictors.learnt_members import KEY, learnt_from, member_digests, with_members
from fitness.predictors.state_file import read_state, write_state
from tests.toy import BitStrings, MirroredBitStrings

EMPTY = FittedState({"x": np.zeros(1)}, {"y": 1})


def test_members_are_known_again_from_their_file(tmp_path: Path) -> None:
    state = with_members(EMPTY, BitStrings(length=3), ["011", "000", "011"])
    write_state(tmp_path / "a", state)
    again = read_state(tmp_path / "a")
    assert (again.notes, len(again.arrays[KEY]), again.arrays["x"].tolist()) == ({"y": 1}, 2, [0])
    assert learnt_from(again, BitStrings(length=3), ["011", "110", "000"]).tolist() == [True, False, True]


def test_texts_of_one_candidate_are_one_member() -> None:
    state = with_members(EMPTY, MirroredBitStrings(length=3), ["011"])
    assert learnt_from(state, MirroredBitStrings(length=3), ["110", "101"]).tolist() == [True, False]


def test_a_state_that_does_not_say_has_learnt_from_nobody() -> None:
    assert learnt_from(EMPTY, BitStrings(), ["0" * 10]).tolist() == [False]


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
