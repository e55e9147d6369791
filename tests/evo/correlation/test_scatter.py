"""Catches: a point in the wrong place or colour, a picture that is no XML, a name that becomes markup, and a plot of
equal or no scores that divides by nothing."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from evo.correlation.scatter import (
    ALL_COLOUR,
    BETTER_COLOUR,
    BOTTOM,
    FAILED_COLOUR,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Scatter,
    draw,
)

LABELS = np.array([10.0, 20.0, 30.0, 40.0])


def circles(scores: list[float], texts: list[str] | None = None) -> list[ET.Element]:
    plot = draw(Scatter(np.array(scores), LABELS, texts or list("abcd"), "score <of> x", "accuracy (%)"))
    root = ET.fromstring(plot)
    assert [text.text for text in root.findall("text")][-2:] == ["score <of> x", "accuracy (%)"]
    return root.findall("circle")


def place(circle: ET.Element) -> tuple[float, float]:
    return float(circle.attrib["cx"]), float(circle.attrib["cy"])


def test_right_is_a_better_score_and_up_a_better_label() -> None:
    found = [place(circle) for circle in circles([1.0, 2.0, 3.0, 5.0])]
    assert [x for x, _ in found] == sorted(x for x, _ in found)
    assert [y for _, y in found] == sorted((y for _, y in found), reverse=True)
    assert all(LEFT < x < WIDTH - RIGHT and TOP < y < HEIGHT - BOTTOM for x, y in found)
    steps = np.diff([x for x, _ in found])
    assert steps[2] == pytest.approx(2 * steps[0], abs=0.2)


def test_the_better_half_is_marked_and_a_row_without_a_score_is_at_the_edge() -> None:
    found = circles([1.0, np.nan, 3.0, 4.0])
    assert [circle.attrib["fill"] for circle in found] == [ALL_COLOUR, FAILED_COLOUR, BETTER_COLOUR, BETTER_COLOUR]
    assert place(found[1])[0] == LEFT


def test_pointing_at_a_candidate_tells_its_name_and_numbers() -> None:
    titles = [circle.findtext("title") for circle in circles([1.0, np.nan, 3.0, 4.0], ["<a>&", "b", "c", "d"])]
    assert titles[:2] == ["<a>&\nscore 1, label 10", "b\nscore none, label 20"]


@pytest.mark.parametrize("scores", [[7.0] * 4, [0.0] * 4, [np.nan] * 4, [1e-300, 0, 0, 0], [1e15, 2e15, 3e15, 4e15]])
def test_odd_scores_are_drawn_too(scores: list[float]) -> None:
    assert all(np.isfinite(place(circle)).all() for circle in circles(scores))


def test_ticks_are_round_numbers_in_their_place() -> None:
    root = ET.fromstring(draw(Scatter(np.array([0.0, 1.0, 2.0, 10.0]), LABELS, list("abcd"), "x", "y")))
    texts = [text for text in root.findall("text")[:-2] if text.attrib["text-anchor"] == "middle"]
    across = {text.text: float(text.attrib["x"]) for text in texts}
    assert {"0", "5", "10"} <= set(across)
    by_score = {circle.findtext("title").splitlines()[1]: place(circle)[0] for circle in root.findall("circle")}  # type: ignore[union-attr]
    assert across["10"] == pytest.approx(by_score["score 10, label 40"], abs=0.1)
