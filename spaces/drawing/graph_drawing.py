"""A graph as SVG: lines below, boxes with their letters above them."""

from collections.abc import Iterator
from itertools import pairwise

from spaces.drawing.diagram import GraphPart, Role
from spaces.drawing.elements import Drawn, number, path, polygon, rectangle, words
from spaces.drawing.graph_layout import Box, Direction, GraphLayout, Line, Point, layout
from spaces.drawing.palette import FAINT, FILLS, FRAMES, INK, LINE, SMALL, SOFT, TEXT

_HEAD_LENGTH, _HEAD_WIDTH = 7.0, 3.4
_THIN, _THICKER = 1.2, 4.0  # a line's width, and how much wider the strongest is
_DASHES = ' stroke-dasharray="4 3"'
_LINE_HEIGHT = 14.0


def draw_graph(part: GraphPart, direction: Direction) -> Drawn:
    """Return a graph whose arrows lead down or to the right."""
    placed = layout(part, direction)
    lines = (element for line in placed.lines for element in _line(line, placed))
    boxes = (element for box in placed.boxes for element in _box(box))
    return Drawn(placed.width, placed.height, (*lines, *boxes))


def _line(line: Line, placed: GraphLayout) -> Iterator[str]:
    nothing = line.arrow.role is Role.NOTHING and bool(line.arrow.label)
    colour = FAINT if nothing else LINE
    wide = _THIN + _THICKER * (line.arrow.strength or 0.0)
    along = 1 if placed.direction is Direction.DOWN else 0
    points = list(line.points)
    if line.pointed:
        tip = points[-1]
        points[-1] = _moved(tip, along, -_HEAD_LENGTH + 1)
        yield path(_steps(points, along), colour, width=wide, more=_DASHES if nothing else "")
        yield polygon(_head(tip, along, max(_HEAD_WIDTH, wide)), colour)
    else:
        yield path(_steps(points, along), colour, width=wide, more=_DASHES if nothing else "")


def _steps(points: list[Point], along: int) -> Iterator[str]:
    """Yield the steps of a path: straight where it can be, else a curve that leaves and arrives along the arrows."""
    yield f"M{_said(points[0])}"
    for before, after in pairwise(points):
        if before[1 - along] == after[1 - along]:
            yield f"L{_said(after)}"
        else:
            half = (after[along] - before[along]) / 2
            yield f"C{_said(_moved(before, along, half))} {_said(_moved(after, along, -half))} {_said(after)}"


def _head(tip: Point, along: int, half_width: float) -> list[Point]:
    foot = _moved(tip, along, -_HEAD_LENGTH)
    return [tip, _moved(foot, 1 - along, -half_width), _moved(foot, 1 - along, half_width)]


def _moved(point: Point, axis: int, by: float) -> Point:
    return (point[0] + by, point[1]) if axis == 0 else (point[0], point[1] + by)


def _said(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _box(box: Box) -> Iterator[str]:
    corner = (box.x - box.width / 2, box.y - box.height / 2)
    name, rounding = ("operation", box.height / 2) if box.operation else ("vertex", 4.0)
    dashes = _DASHES if box.role is Role.NOTHING else ""
    colours = (FILLS[box.role], FRAMES[box.role])
    yield rectangle(corner, (box.width, box.height), colours, name=name, rounding=rounding, more=dashes)
    top = box.y - _LINE_HEIGHT * (len(box.lines) - 1) / 2
    for place, line in enumerate(box.lines):
        colour = SOFT if place or box.role is Role.NOTHING else INK
        yield words(
            line, box.x, top + _LINE_HEIGHT * place, size=SMALL if place else TEXT, anchor="middle", colour=colour
        )
