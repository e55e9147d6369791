"""Catches: a point in the wrong place or colour, a figure that is no XML or needs a page, a name that becomes markup, a
plot of equal or no values that divides by nothing, a front that is drawn through where nothing reaches."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from evo.plotting.axis import AxisScale
from evo.plotting.frame import EDGE, WIDTH, Words
from evo.plotting.scatter import ALL_COLOUR, BETTER_COLOUR, FAILED_COLOUR, Scatter, scatter
from tasks.foundation.figure_colours import SERIES
from tests.drawn_figures import check_texts, parsed, texts, titles

LABELS = np.array([10.0, 20.0, 30.0, 40.0])
WORDS = Words("", "score <of> x", "accuracy (%)")


def shown(scores: list[float], names: list[str] | None = None) -> Scatter:
    return Scatter(np.array(scores), LABELS, names or list("abcd"), WORDS)


def circles(scores: list[float], names: list[str] | None = None) -> list[ET.Element]:
    root = parsed(scatter(shown(scores, names)))
    assert texts(root)[-2:] == ["score <of> x", "accuracy (%)"]
    check_texts(root)
    return list(root.iter("circle"))


def place(circle: ET.Element) -> tuple[float, float]:
    return float(circle.attrib["cx"]), float(circle.attrib["cy"])


def inside(root: ET.Element) -> tuple[float, float, float, float]:
    """Return left, right, top and floor of the grid."""
    lines = [{name: float(line.attrib[name]) for name in ("x1", "x2", "y1", "y2")} for line in root.iter("line")]
    (left, right), (top, floor) = (
        (min(line[f"{axis}1"] for line in lines), max(line[f"{axis}2"] for line in lines)) for axis in "xy"
    )
    return left, right, top, floor


def test_right_is_a_better_score_and_up_a_better_label() -> None:
    found = [place(circle) for circle in circles([1.0, 2.0, 3.0, 5.0])]
    assert [x for x, _ in found] == sorted(x for x, _ in found)
    assert [y for _, y in found] == sorted((y for _, y in found), reverse=True)
    left, right, top, floor = inside(parsed(scatter(shown([1.0, 2.0, 3.0, 5.0]))))
    assert right == WIDTH - EDGE
    assert all(left < x < right and top < y < floor for x, y in found)
    steps = np.diff([x for x, _ in found])
    assert steps[2] == pytest.approx(2 * steps[0], abs=0.2)


def test_the_better_half_is_marked_and_a_row_without_a_score_is_at_the_edge() -> None:
    found = circles([1.0, np.nan, 3.0, 4.0])
    assert [circle.attrib["fill"] for circle in found] == [ALL_COLOUR, FAILED_COLOUR, BETTER_COLOUR, BETTER_COLOUR]
    assert place(found[1])[0] == inside(parsed(scatter(shown([1.0, np.nan, 3.0, 4.0]))))[0]


def test_pointing_at_a_candidate_tells_its_name_and_numbers() -> None:
    found = [circle.findtext("title") for circle in circles([1.0, np.nan, 3.0, 4.0], ["<a>&", "b", "c", "d"])]
    assert found[:2] == ["<a>&\nscore 1, label 10", "b\nscore none, label 20"]
    called = replace(shown([1.0, 2.0, 3.0, 4.0]), called=("parameters", "fitness"))
    assert titles(parsed(scatter(called)))[0] == "a\nparameters 1, fitness 10"


@pytest.mark.parametrize("scores", [[7.0] * 4, [0.0] * 4, [np.nan] * 4, [1e-300, 0, 0, 0], [1e15, 2e15, 3e15, 4e15]])
def test_odd_scores_are_drawn_too(scores: list[float]) -> None:
    assert all(np.isfinite(place(circle)).all() for circle in circles(scores))


def test_without_any_point_the_axes_are_there() -> None:
    root = parsed(scatter(Scatter(np.empty(0), np.empty(0), [], WORDS)))
    assert not list(root.iter("circle"))
    assert len(texts(root)) > 4


def test_ticks_are_round_numbers_in_their_place() -> None:
    root = parsed(scatter(Scatter(np.array([0.0, 1.0, 2.0, 10.0]), LABELS, list("abcd"), Words("", "x", "y"))))
    numbers = [text for text in list(root.iter("text"))[:-2] if text.attrib["text-anchor"] == "middle"]
    across = {text.text: float(text.attrib["x"]) for text in numbers}
    assert {"0", "5", "10"} <= set(across)
    by_score = {circle.findtext("title").splitlines()[1]: place(circle)[0] for circle in root.iter("circle")}  # type: ignore[union-attr]
    assert across["5"] == pytest.approx((by_score["score 0, label 10"] + by_score["score 10, label 40"]) / 2, abs=0.2)


def test_groups_have_colours_that_a_legend_names() -> None:
    root = parsed(scatter(replace(shown([1.0, 2.0, 3.0, 4.0]), groups=["one", "two <b>", "one", "two <b>"])))
    assert texts(root)[:2] == ["one", "two <b>"]
    assert [circle.attrib["fill"] for circle in root.iter("circle")] == [*SERIES[:2], *SERIES[:2]]
    marks = [rect.attrib["fill"] for rect in root.iter("rect")]
    assert marks[1:] == list(SERIES[:2])  # behind the ground
    check_texts(root)


def test_a_front_holds_a_value_until_the_next_is_reached() -> None:
    root = parsed(scatter(replace(shown([4.0, 1.0, 2.0, 3.0]), front=[3, 1, 2])))
    (path,) = root.iter("path")
    at = [place(circle) for circle in root.iter("circle")]
    (x1, y1), (x2, y2), (x3, y3) = at[1], at[2], at[3]
    numbers = [float(number) for number in re.findall(r"[\d.]+", path.attrib["d"])]
    assert numbers == pytest.approx([x1, y1, x2, y2, x3, y3], abs=0.11)
    assert re.sub(r"[\d. ]", "", path.attrib["d"]) == "MHVHV"


def test_a_scale_that_is_asked_for_is_taken_and_named() -> None:
    root = parsed(scatter(replace(shown([1.0, 2.0, 3.0, 4.0]), scales=(AxisScale.LOGARITHMIC, AxisScale.RANKS))))
    assert texts(root)[-2:] == ["score <of> x, logarithmic", "accuracy (%), by rank"]
    steps = np.diff([place(circle)[0] for circle in root.iter("circle")])
    assert steps[0] == pytest.approx(steps[1] + steps[2], abs=0.3)  # 1 to 2 is as far as 2 to 4
