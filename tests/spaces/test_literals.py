"""Catches: a text of others that is evaluated, takes the parser down, or ends in more than one line; a number of an
operation that counts from the end."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.literals import MOST_CHARACTERS, literal_of, operation_numbered, parsed, shown
from tests.refusals import refusal

HOSTILE = [
    "(" * 3_000,
    "[" * 9_999,
    '{"a": ' * 1_000,
    "[" + "-" * 9_000 + "1]",
    "[" + "9" * 9_000 + "]",
    "[__import__('os').system('true')]",
    "[open('x')]",
    "[1] * 10**9",
    "[x for x in ()]",
    "[1, 2",
    "{1: 2, **{}}",
    "[\x00]",
    "[\ud800]",
]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, 2]", [1, 2]),
        (" (1, (2, 'a'))\n", (1, (2, "a"))),
        ('{"a": [true, null]}', {"a": [True, None]}),
        ("{'a': (True, None)}", {"a": (True, None)}),
        ("DARTS_V2", None),
        ("", None),
        ("|a~0|", None),
        ("print(1)", None),
    ],
)
def test_json_and_pythons_literals_are_read_and_other_texts_are_none(text: str, value: object) -> None:
    assert literal_of(text) == value


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_ends_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match="neither JSON nor a Python literal") as refused:
        literal_of(text)
    assert len(str(refused.value)) < 200
    assert str(refused.value).isprintable()


def test_a_text_without_end_is_not_parsed() -> None:
    with pytest.raises(ValueError, match="at most 10,000 characters, got 10,001"):
        literal_of("[" + "1" * MOST_CHARACTERS)
    assert literal_of("[" + " " * (MOST_CHARACTERS - 3) + "1]") == [1]
    with pytest.raises(ValueError, match="at most 10,000"):
        parsed("x" * (MOST_CHARACTERS + 1))


@settings(max_examples=30)
@given(text=st.text(max_size=20))
def test_any_list_is_a_value_or_one_line(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(refusal(literal_of, f"[{text}]").splitlines()) <= 1


def test_nobody_is_warned_of_what_others_wrote() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert literal_of(r"['\d']") == [r"\d"]


def test_numbers_stand_for_operations_by_their_place_alone() -> None:
    assert operation_numbered(1, ["a", "b"]) == "b"
    for number in (-1, 2, True, 1.0, "1", None):
        with pytest.raises(ValueError, match="is none of 0 a, 1 b"):
            operation_numbered(number, ["a", "b"])


def test_a_value_is_shown_by_its_beginning() -> None:
    assert shown("\u0661\n") == r"'\u0661\n'"
    assert len(shown("a" * 1_000)) == 60
