"""Catches: a text that is thought narrower than it is drawn, a line that is too long, a word that is lost, markup."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.plotting.words import LINE, broken, fitted, paragraph, width_of, written

TEXTS = st.text(alphabet="abW. ,%漢", max_size=60)


def test_letters_take_room_by_their_kind_and_size() -> None:
    assert width_of("iiii") < width_of("nnnn") < width_of("NNNN") < width_of("MMMM") < width_of("漢漢漢漢")
    assert width_of("abc", 22) == pytest.approx(2 * width_of("abc", 11))


@given(TEXTS, st.floats(30, 300))
def test_a_text_is_cut_to_its_room_with_dots(text: str, room: float) -> None:
    shown = fitted(text, room)
    assert width_of(shown) <= room
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_lines_hold_all_words_in_order() -> None:
    assert broken("one two three", width_of("one two")) == ["one two", "three"]
    assert broken("one two three", width_of("one two") - 0.01) == ["one", "two", "three"]
    assert broken("abcdef", width_of("abcd")) == ["abcd", "ef"]
    assert broken(" ", 100) == []


@given(TEXTS, st.floats(60, 300))
def test_no_line_is_too_long_and_no_letter_is_lost(text: str, room: float) -> None:
    lines = broken(text, room)
    assert all(width_of(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    if all(width_of(word) <= room for word in text.split()):
        assert " ".join(lines) == " ".join(text.split())
    for line, following in pairwise(lines):
        assert width_of(f"{line} {following.split()[0]}") > room or width_of(line + following[0]) > room


def test_what_is_written_is_text_and_tells_the_whole_of_it() -> None:
    text = ET.fromstring(written("<a>&", (1, 2.04), 'text-anchor="end"', title="<b>"))
    assert (text.text, text.attrib, text.findtext("title")) == (
        "<a>&",
        {"x": "1.0", "y": "2.0", "text-anchor": "end"},
        "<b>",
    )
    assert "<title>" not in written("a", (0, 0))


def test_a_paragraph_goes_down_line_by_line() -> None:
    lines = [ET.fromstring(line) for line in paragraph(["a", "b"], (3, 10))]
    assert [(line.text, float(line.attrib["y"])) for line in lines] == [("a", 10), ("b", 10 + LINE)]
