"""What stands where in a drawn page, read from its SVG alone, and the laws that every page keeps."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from tasks.foundation.text_size import text_width

SVG = "{http://www.w3.org/2000/svg}"
LABELLED = ("vertex", "operation", "bar", "image", "frame")
_STEPS = 24  # points that a curve is looked at
_NEAR = 0.3  # what rounding to a tenth may move, twice over


@dataclass(frozen=True)
class Area:
    """A rectangle, what it is, and the text in it if it is one."""

    name: str
    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def overlaps(self, other: "Area") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > _NEAR and down > _NEAR

    def holds(self, other: "Area") -> bool:
        inside = self.left - _NEAR <= other.left and other.right <= self.right + _NEAR
        return inside and self.top - _NEAR <= other.top and other.bottom <= self.bottom + _NEAR

    def holds_within(self, x: float, y: float) -> bool:
        return self.left + _NEAR < x < self.right - _NEAR and self.top + _NEAR < y < self.bottom - _NEAR


@dataclass(frozen=True)
class Page:
    """The areas of a page, the points along its lines, its size."""

    boxes: list[Area]
    texts: list[Area]
    lines: list[list[tuple[float, float]]]
    size: tuple[float, float]

    def said(self) -> list[str]:
        return [text.text for text in self.texts]

    def named(self, name: str) -> list[Area]:
        return [box for box in self.boxes if box.name == name]


def page_of(svg: str) -> Page:
    root = ElementTree.fromstring(svg)
    placed = list(_placed(root, 0.0, 0.0))
    boxes = [_box(one, x, y) for one, x, y in placed if one.tag == f"{SVG}rect" and one.get("class") in LABELLED]
    texts = [_text(one, x, y) for one, x, y in placed if one.tag == f"{SVG}text"]
    lines = [
        [(px + x, py + y) for px, py in points_along(one.attrib["d"])]
        for one, x, y in placed
        if one.tag == f"{SVG}path" and one.get("class") == "line"
    ]
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return Page(boxes, texts, lines, (width, height))


def check_page(svg: str) -> Page:
    """Return the page; raises AssertionError where labels overlap, a line crosses a box or anything is cut off."""
    page = page_of(svg)
    for one, other in combinations(page.boxes, 2):
        assert not one.overlaps(other), (one, other)
    for one, other in combinations(page.texts, 2):
        assert not one.overlaps(other), (one, other)
    for text in page.texts:
        for box in page.boxes:
            assert box.holds(text) or not box.overlaps(text), (box, text)
    for line in page.lines:
        for x, y in line:
            crossed = [one for one in (*page.boxes, *page.texts) if one.holds_within(x, y)]
            assert not crossed, (line[0], line[-1], crossed)
            assert 0 <= x <= page.size[0]
            assert 0 <= y <= page.size[1]
    whole = Area("page", 0, 0, *page.size)
    assert all(map(whole.holds, (*page.boxes, *page.texts)))
    return page


def points_along(steps: str) -> list[tuple[float, float]]:
    """Return points along a path of the steps M, L and C, so near each other that no box is between two."""
    points: list[tuple[float, float]] = []
    for letter, said in re.findall(r"([MLC])([^MLC]*)", steps):
        numbers = list(map(float, said.split()))
        ends = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter == "M":
            points += ends
        else:
            points += _curve([points[-1], *ends])
    return points


def _curve(corners: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield points of a straight line or a Bezier curve by its corners, by repeated halving of their hull."""
    length = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(corners))
    count = max(_STEPS, round(length))
    for step in range(1, count + 1):
        share, left = step / count, corners
        while len(left) > 1:
            left = [(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])) for a, b in pairwise(left)]
        yield left[0]


def _placed(element: ElementTree.Element, x: float, y: float) -> Iterator[tuple[ElementTree.Element, float, float]]:
    moved = re.fullmatch(r"translate\((\S+) (\S+)\)(?: scale\(\S+\))?", element.get("transform", "translate(0 0)"))
    assert moved
    x, y = x + float(moved[1]), y + float(moved[2])
    yield element, x, y
    for child in element:
        yield from _placed(child, x, y)


def _box(element: ElementTree.Element, x: float, y: float) -> Area:
    left, top, width, height = (float(element.attrib[name]) for name in ("x", "y", "width", "height"))
    return Area(element.attrib["class"], x + left, y + top, x + left + width, y + top + height)


def _text(element: ElementTree.Element, x: float, y: float) -> Area:
    """Return what a text covers: from the height of capitals down to its baseline, as wide as it may be."""
    size, text = float(element.attrib["font-size"]), element.text or ""
    width = text_width(text, size, bold="font-weight" in element.attrib)
    before = {"start": 0.0, "middle": width / 2, "end": width}[element.attrib["text-anchor"]]
    left, base = x + float(element.attrib["x"]) - before, y + float(element.attrib["y"])
    return Area("text", left, base - 0.75 * size, left + width, base + 0.2 * size, text)
