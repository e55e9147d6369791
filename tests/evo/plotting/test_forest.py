"""Catches: an interval that is drawn elsewhere than its ends, a row without a rank that breaks the figure, texts
that stand on each other."""

import xml.etree.ElementTree as ET

import pytest

from evo.plotting.forest import ForestRow, draw_forest
from evo.plotting.frame import EDGE, WIDTH
from fitness import Interval
from tests.drawn_figures import check_texts, parsed, texts, titles

ALL, BETTER = "all", "better"
PARTS = {ALL: "all rows", BETTER: "better <half>"}
NAN = float("nan")
ROWS = [
    ForestRow("one <b>", {ALL: Interval(0.5, 0.25, 0.75), BETTER: Interval(0.0, -0.5, 0.5)}),
    ForestRow("two", {ALL: Interval(NAN, NAN, NAN), BETTER: Interval(1.0, 1.0, 1.0)}),
]


def drawn(rows: list[ForestRow]) -> ET.Element:
    return parsed(draw_forest("a <title>", rows, PARTS))


def share(x: str) -> float:
    """Return where a place lies between the ends of the axis."""
    return (float(x) - EDGE) / (WIDTH - 2 * EDGE)


def test_intervals_are_drawn_from_end_to_end_below_zero_where_one_is() -> None:
    lines = [line.attrib for line in drawn(ROWS).iter("line") if line.get("stroke-width")]
    ends = [share(each[end]) for each in lines for end in ("x1", "x2")]
    assert ends == pytest.approx([1.25 / 2, 1.75 / 2, 0.25, 0.75, 1, 1], abs=1e-3)


def test_without_anything_below_zero_the_axis_begins_there() -> None:
    rows = [ForestRow("one", {ALL: Interval(0.5, 0.25, 0.75)})]
    (line,) = [line.attrib for line in drawn(rows).iter("line") if line.get("stroke-width")]
    assert (share(line["x1"]), share(line["x2"])) == pytest.approx((0.25, 0.75), abs=1e-3)


def test_texts_are_shown_as_they_are_and_what_has_no_rank_by_a_dash() -> None:
    root = drawn(ROWS)
    assert {"a <title>", "one <b>", "two", ".500 [.250, .750]", "-", "all rows", "better <half>"} <= set(texts(root))
    check_texts(root)


def test_a_long_name_is_cut_and_told_whole_beside_its_number() -> None:
    name = "consensus(regression(task=N),logsynflow,zico,params) " * 3
    root = drawn([*ROWS, ForestRow(name, ROWS[0].intervals)])
    assert name in titles(root)
    check_texts(root)


@pytest.mark.parametrize("width", [WIDTH, 2 * WIDTH])
def test_rows_and_legend_have_room_in_any_width(width: float) -> None:
    for count in (0, 1, 7):
        rows = [ForestRow(f"row {n}", ROWS[0].intervals) for n in range(count)]
        root = parsed(draw_forest("a title", rows, PARTS, width=width))
        assert float(root.attrib["width"]) == width
        assert {f"row {n}" for n in range(count)} | {"95 % bootstrap intervals"} <= set(texts(root))
        check_texts(root)
