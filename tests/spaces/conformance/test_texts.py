"""Catches: a text that leads elsewhere, is no plain word, or shares its candidate with another text; a decode that
raises something else or several lines; damages that are not the same each time, or damage nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from spaces.conformance import texts
from spaces.conformance.texts import damages
from tests.toy import BitStrings


class ForgetsOrder(BitStrings):
    def decode(self, text: str) -> Any:
        return tuple(sorted(super().decode(text)))


class TextOf(BitStrings):
    """Bit strings with one more letter in their text."""

    letter = " "

    def encode(self, candidate: Any) -> str:
        return super().encode(candidate) + self.letter

    def decode(self, text: str) -> Any:
        return super().decode(text.removesuffix(self.letter))


class Quoted(TextOf):
    letter = "'"


class Escaped(TextOf):
    letter = "\\"


class Accented(TextOf):
    letter = "\u00e9"


class Belled(TextOf):
    letter = "\x07"


class NoText(BitStrings):
    def encode(self, candidate: Any) -> Any:
        return candidate


class Words(BitStrings):
    """Bit strings written 0,1,1, read the way that comes to mind first."""

    def encode(self, candidate: Any) -> str:
        return ",".join(map(str, candidate))

    def decode(self, text: str) -> Any:
        return tuple(int(part) for part in text.split(","))


class Looks(BitStrings):
    """Looks its letters up."""

    def decode(self, text: str) -> Any:
        if len(text) != 10:
            raise ValueError("10 letters are needed")
        return tuple({"0": 0, "1": 1}[letter] for letter in text)


class Lines(BitStrings):
    def decode(self, text: str) -> Any:
        try:
            return super().decode(text)
        except ValueError as error:
            raise ValueError(f"{error}\nand more") from error


class Silent(BitStrings):
    def decode(self, text: str) -> Any:
        try:
            return super().decode(text)
        except ValueError as error:
            raise ValueError from error


FAULTS = [
    (texts.text_leads_back, ForgetsOrder, "its text decodes to (0,"),
    (texts.text_is_one_word, TextOf, "contains [' ']"),
    (texts.text_is_one_word, Quoted, "a word of printable ASCII"),
    (texts.text_is_one_word, Escaped, "a word of printable ASCII"),
    (texts.text_is_one_word, Accented, "a word of printable ASCII"),
    (texts.text_is_one_word, Belled, "a word of printable ASCII"),
    (texts.text_is_one_word, NoText, "a word is needed"),
    (texts.damaged_text_is_refused, Words, "is accepted, and means"),
    (texts.damaged_text_is_refused, Looks, "raises KeyError instead of ValueError"),
    (texts.damaged_text_is_refused, Lines, "a ValueError of other than one line"),
    (texts.damaged_text_is_refused, Silent, "a ValueError of other than one line: ''"),
]


@pytest.mark.parametrize(("check", "space", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_space_is_noticed(complaint: Callable[..., str], check: Any, space: type, words: str) -> None:
    assert words in complaint(check, space())


def test_a_second_text_of_a_candidate_is_noticed(complaint: Callable[..., str]) -> None:
    class Upper(BitStrings):
        def encode(self, candidate: Any) -> str:
            return "N" + super().encode(candidate)

        def decode(self, text: str) -> Any:
            if text[:1] not in ("N", "n"):
                raise ValueError("N is needed")
            return super().decode(text[1:])

    assert "is accepted, and means" in complaint(texts.damaged_text_is_refused, Upper())


def damaged(text: str, seed: int = 0) -> list[str]:
    return list(damages(text, np.random.default_rng(seed)))


def test_damages_are_a_function_of_their_generator_and_differ_from_the_text() -> None:
    text = "ds=1,12,12,12:ws=16,24,24,40"
    assert damaged(text) == damaged(text)
    assert damaged(text) != damaged(text, seed=1)
    assert sum(other == text for other in damaged(text)) < len(damaged(text)) / 20


@pytest.mark.parametrize(
    "misspelt",
    ["a=07", "a=+7", "a= 7", "a=7_0", "a=\u0667", "a=" + "9" * 5_000, "a=", "", "a=7\n", "=7", "A=7", "aa=7"],
)
def test_numbers_and_letters_are_misspelt_in_every_known_way(misspelt: str) -> None:
    assert misspelt in damaged("a=7")


def test_the_empty_text_can_be_damaged_too() -> None:
    assert damaged("")
