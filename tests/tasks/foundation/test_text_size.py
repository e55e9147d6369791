"""Catches: a text that is wider than was thought, a line that is cut at the wrong place, a letter that is lost."""

import string
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.foundation.text_size import cut_to_width, plain, text_width, wrapped

FONTS = Path("/usr/share/fonts/truetype")
USUAL = ("dejavu/DejaVuSans.ttf", "liberation/LiberationSans-Regular.ttf")


@pytest.mark.parametrize("name", USUAL)
def test_no_letter_of_a_usual_font_is_wider(name: str) -> None:
    if find_spec("PIL") is None or not (FONTS / name).is_file():
        pytest.skip(f"no {name} here")
    from PIL import ImageFont

    font = ImageFont.truetype(str(FONTS / name), 1000)
    for letter in string.printable.strip() + " …":
        assert font.getlength(letter) / 1000 <= text_width(letter, 1) + 1e-9, letter


def test_widths_add_up_and_bold_letters_are_wider() -> None:
    assert text_width("il", 10) == pytest.approx(6.8)
    assert text_width("mA", 10) == pytest.approx(10.2 + 7.9)
    assert text_width("mA", 10, bold=True) == pytest.approx(1.1 * 18.1)
    assert text_width("漢", 10) == pytest.approx(11)


def test_a_text_is_shown_on_one_line_without_what_moves_letters() -> None:
    assert plain(" a\n\tb  \x1b[0m ") == "a b \\x1b[0m"
    assert len(plain("x" * 5_000)) == 2_000


def test_a_text_that_is_too_wide_ends_in_three_dots() -> None:
    assert cut_to_width("iiii", 10, 13.61) == "iiii"
    assert cut_to_width("iiiii", 10, 14) == "i…"
    assert cut_to_width("iiii", 10, 1) == "…"


def test_lines_are_cut_between_words_or_within_a_long_one() -> None:
    assert wrapped("ii ii ii", 10, 17.1) == ["ii ii", "ii"]
    assert wrapped("iiiiii ii", 10, 10.2) == ["iii", "iii", "ii"]
    assert wrapped("m", 10, 1) == ["m"]
    assert wrapped("", 10, 100) == [""]


@given(st.text(string.ascii_letters + " ", max_size=80), st.floats(12, 200))
def test_no_letter_is_lost_and_no_line_too_wide(text: str, widest: float) -> None:
    lines = wrapped(text, 10, widest)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 10) <= widest for line in lines)
