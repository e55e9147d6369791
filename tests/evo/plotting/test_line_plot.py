"""Catches: a line or band that is elsewhere than its numbers, one drawn across a gap, a step before its time, lines
that cannot be told apart, a plot of nothing or of one place that fails."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from evo.plotting.axis import AxisScale
from evo.plotting.frame import Words
from evo.plotting.line_plot import Points, Series, line_plot
from tasks.foundation.figure_colours import SERIES
from tests.drawn_figures import check_texts, parsed, texts, titles

WORDS = Words("a title", "epoch (count)", "loss (nats)", "a note")
X, Y = np.array([0.0, 1.0, 2.0]), np.array([3.0, 2.0, 0.0])


def corners(path: ET.Element) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.attrib["d"])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def paths(root: ET.Element) -> list[ET.Element]:
    return list(root.iter("path"))


def test_a_line_goes_from_place_to_place_as_its_numbers_do() -> None:
    root = parsed(line_plot([Series("one", X, Y)], WORDS))
    check_texts(root)
    assert {"a title", "a note", "epoch (count)", "loss (nats)"} <= set(texts(root))
    (path,) = paths(root)
    (x0, y0), (x1, y1), (x2, y2) = corners(path)
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert 2 * (y1 - y0) == pytest.approx(y2 - y1, abs=0.3)
    assert y0 < y1 < y2  # down is less


def test_a_step_keeps_its_height_until_the_next_place() -> None:
    plain, stepped = (
        corners(paths(parsed(line_plot([Series("one", X, Y, stepped=way)], WORDS)))[0]) for way in (False, True)
    )
    (x0, y0), (x1, y1), (x2, y2) = plain
    assert stepped == [(x0, y0), (x1, y0), (x1, y1), (x2, y1), (x2, y2)]


def test_a_band_lies_between_its_ends() -> None:
    root = parsed(line_plot([Series("one", X, Y, low=Y - 1, high=Y + 1)], WORDS))
    band, line = paths(root)
    places = corners(band)
    middle = [(high + low) / 2 for (_, high), (_, low) in zip(places[:3], places[:2:-1], strict=True)]
    assert middle == pytest.approx([y for _, y in corners(line)], abs=0.11)
    assert [x for x, _ in places] == [x for x, _ in corners(line)] + [x for x, _ in corners(line)][::-1]


def test_a_gap_ends_a_line_and_one_place_alone_is_a_circle() -> None:
    root = parsed(line_plot([Series("one", np.arange(5.0), np.array([1, 2, np.nan, 4, np.nan]))], WORDS))
    assert [len(corners(path)) for path in paths(root)] == [2, 1]
    (circle,) = root.iter("circle")
    assert (float(circle.attrib["cx"]), float(circle.attrib["cy"])) == corners(paths(root)[1])[0]
    assert circle.findtext("title") == "one\n3: 4"


def test_several_lines_have_their_own_colours_and_names() -> None:
    root = parsed(line_plot([Series("one", X, Y, marked=True), Series("<two>", X, Y + 1)], WORDS))
    assert texts(root)[1:3] == ["one", "<two>"]
    assert [path.attrib["stroke"] for path in paths(root)] == list(SERIES[:2])
    assert len(list(root.iter("circle"))) == 3
    assert "one" not in texts(parsed(line_plot([Series("one", X, Y)], WORDS)))


def test_points_stand_behind_the_lines_and_tell_what_they_are() -> None:
    points = Points(np.array([1.0]), np.array([2.0]), ["<trial> 7"])
    root = parsed(line_plot([Series("one", X, Y)], WORDS, points=points))
    (circle,) = root.iter("circle")
    assert (float(circle.attrib["cx"]), float(circle.attrib["cy"])) == corners(paths(root)[0])[1]
    assert titles(root)[0] == "<trial> 7"


@pytest.mark.parametrize("series", [[], [Series("one", np.empty(0), np.empty(0))], [Series("one", X, X * np.nan)]])
def test_nothing_to_draw_is_a_plot_with_axes(series: list[Series]) -> None:
    root = parsed(line_plot(series, WORDS))
    assert not paths(root)
    assert len(texts(root)) > 6


def test_crowded_values_are_spread_unless_a_scale_is_asked_for() -> None:
    outliers = np.concatenate([np.linspace(0, 1, 58), [-1e6, 1e6]])
    crowded = [Series("one", np.arange(60.0), outliers)]
    assert "loss (nats), by rank" in texts(parsed(line_plot(crowded, WORDS)))
    plain = parsed(line_plot(crowded, WORDS, x_scale=AxisScale.RANKS, y_scale=AxisScale.LINEAR))
    assert {"loss (nats)", "epoch (count), by rank"} <= set(texts(plain))
