"""Catches: a cell in the wrong place or colour, equal neighbours that grow a file without end, a bar that says other
numbers than the colours, a matrix of equal, missing or no values that fails."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from evo.plotting.frame import Words
from evo.plotting.heat_map import MOST_COLUMNS, heat_map
from tasks.foundation.figure_colours import GREY
from tests.drawn_figures import check_texts, parsed, texts

WORDS = Words("architecture parameters", "epoch", "edge")
DARKEST, LIGHTEST = "#440154", "#fde725"


def drawn(values: list[list[float]]) -> ET.Element:
    array = np.array(values)
    rows = [f"edge <{n}>" for n in range(len(array))]
    columns = [float(column) for column in range(array.shape[1])]
    return parsed(heat_map(array, WORDS, rows=rows, columns=columns, value_name="share"))


def cells(root: ET.Element) -> list[tuple[float, float, float, str, str]]:
    """Return place, width, colour and words of every cell."""
    found = [rect for rect in root.iter("rect") if rect.find("title") is not None]
    numbers = [[float(cell.attrib[name]) for name in ("x", "y", "width")] for cell in found]
    return [(x, y, w, c.attrib["fill"], c.findtext("title") or "") for (x, y, w), c in zip(numbers, found, strict=True)]


def test_rows_go_down_and_columns_across_from_the_darkest_to_the_lightest() -> None:
    root = drawn([[0.0, 0.5, 1.0], [1.0, 0.0, 0.5]])
    check_texts(root)
    found = cells(root)
    assert [colour for *_, colour, _ in found][0:3:2] == [DARKEST, LIGHTEST]
    assert [colour for *_, colour, _ in found][3:5] == [LIGHTEST, DARKEST]
    (x0, y0, width, _, told), (x1, y1, *_), _, (x3, y3, *_), *_ = found
    assert (x1, y1, x3) == (pytest.approx(x0 + width, abs=0.11), y0, x0)
    assert y3 > y0
    assert told == "edge <0>, 0: 0"
    assert {"architecture parameters", "epoch", "edge", "edge <0>", "share", "0", "1", "2"} <= set(texts(root))


def test_neighbours_of_one_colour_are_one_cell_that_tells_both_ends() -> None:
    (first, _) = cells(drawn([[0.0, 0.001, 0.002, 1.0]]))
    assert first[-1] == "edge <0>, 0 to 2: 0 to 0.002"
    assert first[2] == pytest.approx(3 * cells(drawn([[0.0, 0.001, 0.002, 1.0]]))[1][2], abs=0.2)


def test_what_is_missing_is_grey_and_equal_values_have_one_colour() -> None:
    missing, same, *_ = cells(drawn([[np.nan, 2.0, 2.0]]))
    assert missing[3] == GREY
    assert same[-1] == "edge <0>, 1 to 2: 2"
    assert not cells(drawn([[]]))


def test_many_columns_are_drawn_as_every_so_many() -> None:
    values = np.arange(1000.0)[None]
    root = parsed(heat_map(values, WORDS, rows=["a"], columns=list(range(1000)), value_name="share"))
    assert len(cells(root)) <= MOST_COLUMNS
    check_texts(root)


def test_the_bar_says_the_ends_of_the_colours() -> None:
    root = drawn([[-3.0, 1.25]])
    assert {"-3", "1.25"} <= set(texts(root))
    bar = [rect.attrib["fill"] for rect in root.iter("rect") if rect.find("title") is None][1:]  # behind the ground
    assert (bar[0], bar[-1]) == (DARKEST, LIGHTEST)
