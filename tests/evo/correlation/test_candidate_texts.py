"""Catches: a text that is scored other than its space writes it, one that is no candidate told without where."""

import pytest

from evo.correlation.candidate_texts import encoded_texts
from tasks.foundation.errors import UsageError
from tests.toy import BitStrings, PublishedBits


class Padded(BitStrings):
    """Reads spaces around a string, too."""

    def decode(self, text: str) -> tuple[int, ...]:
        return super().decode(text.strip())


def test_texts_are_as_the_space_writes_them() -> None:
    assert encoded_texts([" 010", "110 "], Padded(length=3), where="here", named="s") == ["010", "110"]


def test_the_first_that_is_none_is_told_with_where_and_of_which_space() -> None:
    with pytest.raises(UsageError, match=r"^--table t\.csv: '01' is no candidate of space 's': "):
        encoded_texts(["010", "01", "x"], BitStrings(length=3), where="--table t.csv", named="s")
    with pytest.raises(UsageError) as told:
        encoded_texts(["x" * 10_000], BitStrings(length=3), where="--table t.csv", named="s")
    assert " ... " in str(told.value)


def test_published_forms_become_the_spaces_own_texts() -> None:
    assert encoded_texts(["bits 110", "010"], PublishedBits(length=3), where="here", named="s") == ["110", "010"]
