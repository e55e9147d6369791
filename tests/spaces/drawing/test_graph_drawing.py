"""Catches: an arrow without a head or with two, a thin line for a strong arrow, nothing drawn as something."""

import re

import pytest

from spaces.drawing.diagram import Arrow, GraphPart, Role, Vertex
from spaces.drawing.graph_drawing import draw_graph
from spaces.drawing.graph_layout import Direction
from spaces.drawing.palette import FAINT, FILLS, FRAMES, LINE, SOFT


def drawn(*arrows: Arrow, direction: Direction = Direction.DOWN) -> str:
    vertices = Vertex("a", role=Role.INPUT), Vertex("b", detail="more")
    return "\n".join(draw_graph(GraphPart("g", "g", vertices, arrows), direction).elements)


def test_every_arrow_has_one_head_which_touches_its_target() -> None:
    svg = drawn(Arrow("a", "b", "x"), Arrow("a", "b"))
    assert svg.count("<polygon") == 2
    tops = re.findall(r'class="vertex" x="\S+" y="(\S+)"', svg)
    tips = re.findall(r'points="\S+,(\S+) ', svg)
    assert set(tips) == {tops[1]}


def test_heads_point_where_arrows_lead() -> None:
    def spread(direction: Direction) -> tuple[float, float]:
        (points,) = re.findall(r'points="(.*?)"', drawn(Arrow("a", "b"), direction=direction))
        tip, *feet = (tuple(map(float, corner.split(","))) for corner in points.split())
        return tip[0] - feet[0][0], tip[1] - feet[0][1]

    assert spread(Direction.DOWN) == pytest.approx((3.4, 7))
    assert spread(Direction.RIGHT) == pytest.approx((7, 3.4))


def test_lines_are_as_wide_as_arrows_are_strong() -> None:
    widths = [
        re.findall(r'stroke-width="(\S+)"', drawn(Arrow("a", "b", "x", strength=strength)))
        for strength in (None, 0, 0.5, 1)
    ]
    assert widths == [["1.2", "1.2"], ["1.2", "1.2"], ["3.2", "3.2"], ["5.2", "5.2"]]


def test_an_operation_that_passes_nothing_on_is_faint_and_dashed() -> None:
    nothing, something = drawn(Arrow("a", "b", "none", Role.NOTHING)), drawn(Arrow("a", "b", "x", Role.FREE))
    assert nothing.count("stroke-dasharray") == 3  # both halves of the line, and the box
    assert f'stroke="{FAINT}"' in nothing
    assert f'fill="{SOFT}">none' in nothing
    assert "stroke-dasharray" not in something
    assert f'stroke="{LINE}"' in something
    assert f'fill="{FILLS[Role.FREE]}" stroke="{FRAMES[Role.FREE]}"' in something


def test_boxes_lie_above_lines() -> None:
    svg = drawn(Arrow("a", "b", "x"))
    assert svg.rindex("<path") < svg.index("<rect")
