"""Catches: a length with a tail of digits, markup in a text, a name that is no colour."""

import xml.etree.ElementTree as ElementTree

from spaces.drawing.elements import Drawn, number, path, polygon, rectangle, words


def test_lengths_are_said_to_a_tenth() -> None:
    assert [number(value) for value in (1.0, 1.26, -0.04, 1234.56, -2.5)] == ["1", "1.3", "0", "1234.6", "-2.5"]


def test_a_text_stands_in_the_middle_of_its_line_and_is_no_markup() -> None:
    element = ElementTree.fromstring(words("<b>&\"'", 3, 10, size=20, anchor="end", bold=True, colour="#123456"))
    assert element.text == "<b>&\"'"
    expected = {"x": "3", "y": "17", "font-size": "20", "text-anchor": "end", "fill": "#123456", "font-weight": "600"}
    assert element.attrib == expected


def test_shapes_say_their_colours_where_they_stand() -> None:
    box = rectangle((1, 2), (3, 4), ("#aaaaaa", "#bbbbbb"), name="bar", rounding=1, more=' stroke-dasharray="4 3"')
    assert ElementTree.fromstring(box).attrib == {
        **{"class": "bar", "x": "1", "y": "2", "width": "3", "height": "4", "rx": "1"},
        **{"fill": "#aaaaaa", "stroke": "#bbbbbb", "stroke-dasharray": "4 3"},
    }
    line = ElementTree.fromstring(path(["M0 0", "L1 1"], "#cccccc", width=2)).attrib
    assert line == {"class": "line", "d": "M0 0 L1 1", "fill": "none", "stroke": "#cccccc", "stroke-width": "2"}
    head = ElementTree.fromstring(polygon([(0, 0), (1, 2)], "#dddddd")).attrib
    assert head == {"class": "head", "points": "0,0 1,2", "fill": "#dddddd"}


def test_a_part_is_moved_as_a_whole() -> None:
    moved = ElementTree.fromstring(Drawn(1, 1, (words("a", 0, 0), words("b", 0, 0))).at(2.25, 3))
    assert moved.attrib == {"transform": "translate(2.2 3)"}
    assert [child.text for child in moved] == ["a", "b"]
