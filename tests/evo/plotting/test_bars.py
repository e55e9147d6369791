"""Catches: a bar that is longer or shorter than its numbers, parts that cover each other, a name or a number without
room, no bar at all."""

import xml.etree.ElementTree as ET

import pytest

from evo.plotting.bars import Bar, bars
from evo.plotting.frame import Words
from tasks.foundation.figure_colours import SERIES
from tests.drawn_figures import check_texts, parsed, texts, titles

WORDS = Words("where the time went", "seconds")


def rects(root: ET.Element) -> list[tuple[float, float, str]]:
    """Return start, width and colour of every part of a bar."""
    parts = [rect for rect in root.iter("rect") if rect.find("title") is not None]
    return [(float(part.attrib["x"]), float(part.attrib["width"]), part.attrib["fill"]) for part in parts]


def test_parts_follow_each_other_and_are_as_long_as_their_numbers() -> None:
    root = parsed(bars([Bar("a <b>", (1.0, 3.0)), Bar("c", (2.0, 0.0))], WORDS, parts=("build", "evaluate")))
    (x1, w1, c1), (x2, w2, c2), (x3, w3, _), (_, w4, _) = rects(root)
    assert (x2, x3) == (pytest.approx(x1 + w1, abs=0.11), x1)
    assert (w2, w3, w4) == (pytest.approx(3 * w1, abs=0.3), pytest.approx(2 * w1, abs=0.3), 0)
    assert (c1, c2) == SERIES[:2]
    assert {"build", "evaluate", "a <b>", "c", "4", "2", "seconds"} <= set(texts(root))
    assert titles(root)[0] == "a <b>, build: 1"
    check_texts(root)


def test_a_bar_of_one_part_needs_no_legend_and_may_say_more() -> None:
    root = parsed(bars([Bar("a", (5.0,), said="5 (50 %)")], WORDS))
    assert "5 (50 %)" in texts(root)
    assert titles(root) == ["a: 5"]


def test_long_names_are_cut_and_told_whole() -> None:
    name = "ValueError: a candidate of this name cannot be built at all, " * 3
    root = parsed(bars([Bar(name, (1e7,)), Bar("b", (0.0,))], WORDS))
    assert name in titles(root)
    check_texts(root)


@pytest.mark.parametrize("rows", [[], [Bar("nothing", (0.0,))]])
def test_nothing_is_a_plot_too(rows: list[Bar]) -> None:
    root = parsed(bars(rows, WORDS))
    assert {"where the time went", "seconds"} <= set(texts(root))
    assert all(width == 0 for _, width, _ in rects(root))
