"""Catches: an interval that is drawn elsewhere than its ends, a row without a rank that breaks the figure, a height
that does not hold all rows."""

import xml.etree.ElementTree as ET

import pytest

from evo.correlation.findings import ALL, BETTER
from evo.correlation.forest import FOREST_WIDTH, NAMES_WIDTH, NUMBERS_WIDTH, ForestRow, draw_forest, height_of_forest
from fitness import Interval

SVG = "{http://www.w3.org/2000/svg}"
NAN = float("nan")
ROWS = [
    ForestRow("one <b>", {ALL: Interval(0.5, 0.25, 0.75), BETTER: Interval(0.0, -0.5, 0.5)}),
    ForestRow("two", {ALL: Interval(NAN, NAN, NAN), BETTER: Interval(1.0, 1.0, 1.0)}),
]


def drawn(rows: list[ForestRow]) -> ET.Element:
    return ET.fromstring(draw_forest("a <title>", rows).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def share(x: str) -> float:
    """Return where a place lies between the ends of the axis."""
    return (float(x) - NAMES_WIDTH) / (FOREST_WIDTH - NAMES_WIDTH - NUMBERS_WIDTH)


def test_intervals_are_drawn_from_end_to_end_below_zero_where_one_is() -> None:
    lines = [line.attrib for line in drawn(ROWS).iter(f"{SVG}line") if line.get("stroke-width")]
    ends = [share(each[end]) for each in lines for end in ("x1", "x2")]
    assert ends == pytest.approx([1.25 / 2, 1.75 / 2, 0.25, 0.75, 1, 1], abs=1e-3)


def test_without_anything_below_zero_the_axis_begins_there() -> None:
    rows = [ForestRow("one", {ALL: Interval(0.5, 0.25, 0.75)})]
    (line,) = [line.attrib for line in drawn(rows).iter(f"{SVG}line") if line.get("stroke-width")]
    assert (share(line["x1"]), share(line["x2"])) == pytest.approx((0.25, 0.75), abs=1e-3)


def test_texts_are_shown_as_they_are_and_what_has_no_rank_by_a_dash() -> None:
    texts = [text.text for text in drawn(ROWS).iter(f"{SVG}text")]
    assert {"a <title>", "one <b>", "two", ".500 [.250, .750]", "-"} <= set(texts)


def test_the_figure_is_as_high_as_said() -> None:
    assert float(drawn(ROWS).attrib["height"]) == height_of_forest(2)
    assert height_of_forest(3) > height_of_forest(2)
