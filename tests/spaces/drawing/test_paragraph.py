"""Catches: lines that are wider than they may be, or that lie on each other; an empty text that takes a line."""

import re

from spaces.drawing.palette import HEADING, INK, SMALL, SOFT, TEXT, TITLE
from spaces.drawing.paragraph import paragraph
from tasks.foundation.text_size import text_width


def test_texts_are_wrapped_and_empty_ones_take_no_line() -> None:
    said = paragraph(("ii ii ii", TEXT), ("", SMALL), (" more ", SMALL), widest=21)
    assert said.lines == (("ii ii", TEXT), ("ii", TEXT), ("mo", SMALL), ("re", SMALL))
    assert said.height == 2 * 16.5 + 2 * 14
    assert said.width == text_width("ii ii", TEXT)
    assert (paragraph(widest=10).height, paragraph(widest=10).width) == (0, 0)


def test_bold_lines_are_no_wider_than_asked() -> None:
    said = paragraph(("word " * 9, HEADING), widest=100)
    assert said.width == text_width(said.lines[0][0], HEADING, bold=True) <= 100


def test_sizes_say_how_lines_look_and_where_they_stand() -> None:
    said = paragraph(("t", TITLE), ("h", HEADING), ("x", TEXT), ("s", SMALL), widest=100)
    drawn = list(said.elements(5, 10))
    assert ["font-weight" in line for line in drawn] == [True, True, False, False]
    assert [f'fill="{INK}"' in line for line in drawn] == [True, True, True, False]
    assert f'fill="{SOFT}"' in drawn[3]
    middles = [10 + 12, 34 + 10, 54 + 8.25, 70.5 + 7]
    bases = [middle + 0.35 * size for middle, size in zip(middles, (TITLE, HEADING, TEXT, SMALL), strict=True)]
    assert [float(y) for line in drawn for y in re.findall(r' y="(\S+)"', line)] == [round(base, 1) for base in bases]
