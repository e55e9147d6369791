"""Catches: boxes that overlap, lines that cross a box or end beside theirs, an arrow that is lost or drawn twice."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.drawing.diagram import Arrow, Diagram, GraphPart, Role, Vertex
from spaces.drawing.graph_layout import LARGEST_LABEL, Box, Direction, box_of, layout, operation_box
from spaces.drawing.page import draw_page
from tests.spaces.drawing.geometry import check_page

ROLES = (Role.INPUT, Role.NODE, Role.OUTPUT, Role.SKIP)
pairs = st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1])
labels = st.sampled_from(["", "", "skip", "a long name of an operation", "<&>"])
strengths = st.sampled_from([None, None, 0.0, 0.5, 1.0])


@st.composite
def graphs(draw: st.DrawFn) -> GraphPart:
    vertices = tuple(
        Vertex(str(number), draw(labels), draw(st.sampled_from(ROLES)), draw(labels)) for number in range(10)
    )
    arrows = draw(st.lists(st.tuples(pairs, labels, strengths), max_size=18))
    return GraphPart(
        "g", "g", vertices, tuple(Arrow(str(a), str(b), label, strength=one) for (a, b), label, one in arrows)
    )


@given(graphs())
@settings(max_examples=25)
def test_any_graph_can_be_looked_at(part: GraphPart) -> None:
    check_page(draw_page(Diagram("g", (part,))))


@given(graphs(), st.sampled_from(Direction))
@settings(max_examples=25)
def test_lines_begin_and_end_at_their_boxes_and_lead_on(part: GraphPart, direction: Direction) -> None:
    placed = layout(part, direction)
    number = {vertex.name: place for place, vertex in enumerate(part.vertices)}
    along = 1 if direction is Direction.DOWN else 0
    for line in placed.lines:
        ends = [point[along] for point in line.points]
        assert ends == sorted(ends)
        source, target = (placed.boxes[number[name]] for name in (line.arrow.source, line.arrow.target))
        if operation_box(line.arrow) is None:
            assert at_side(line.points[0], source, along, 1)
        if line.pointed:
            assert at_side(line.points[-1], target, along, -1)
    assert all(box.x + box.width / 2 <= placed.width + 0.02 for box in placed.boxes)
    assert all(box.y + box.height / 2 <= placed.height + 0.02 for box in placed.boxes)


def at_side(point: tuple[float, float], box: Box, along: int, side: int) -> bool:
    """Return whether a point is on the far (1) or the near (-1) side of a box."""
    middle, size = ((box.x, box.y), (box.width, box.height))
    on_side = abs(point[along] - (middle[along] + side * size[along] / 2)) < 0.02
    return on_side and abs(point[1 - along] - middle[1 - along]) <= size[1 - along] / 2 + 0.02


def test_an_arrow_with_an_operation_runs_through_its_box() -> None:
    part = GraphPart("g", "g", (Vertex("a"), Vertex("b")), (Arrow("a", "b", "conv"),))
    placed = layout(part, Direction.RIGHT)
    assert [box.lines for box in placed.boxes] == [("a",), ("b",), ("conv",)]
    assert [line.pointed for line in placed.lines] == [False, True]
    first, last, operation = placed.boxes
    assert first.x < operation.x < last.x
    assert first.y == operation.y == last.y


def test_boxes_in_a_row_stand_in_a_row_beside_what_leads_past_them() -> None:
    vertices = tuple(Vertex(name) for name in "iabco")
    arrows = (*(Arrow(*ends) for ends in pairwise("iabco")), Arrow("i", "o", "shortcut"))
    boxes = layout(GraphPart("g", "g", vertices, arrows), Direction.RIGHT).boxes
    assert boxes[1].y == pytest.approx(boxes[2].y)
    assert boxes[2].y == pytest.approx(boxes[3].y)


def test_arrows_that_say_nothing_are_drawn_once_and_others_each() -> None:
    vertices = Vertex("a"), Vertex("b")
    plain = GraphPart("g", "g", vertices, (Arrow("a", "b"),) * 3)
    assert len(layout(plain, Direction.DOWN).lines) == 1
    named = GraphPart("g", "g", vertices, (Arrow("a", "b", "x"), Arrow("a", "b", "x"), Arrow("a", "b", strength=0.5)))
    assert [box.lines[0] for box in layout(named, Direction.DOWN).boxes[2:]] == ["x", "x", "0.50"]


def test_inputs_are_first_and_outputs_last_whatever_reads_them() -> None:
    vertices = Vertex("x", role=Role.INPUT), Vertex("y", role=Role.INPUT), Vertex("n"), Vertex("z", role=Role.OUTPUT)
    part = GraphPart(
        "g", "g", (*vertices, Vertex("w", role=Role.OUTPUT)), (Arrow("x", "n"), Arrow("n", "z"), Arrow("y", "z"))
    )
    places = {box.lines[0]: box.y for box in layout(part, Direction.DOWN).boxes}
    assert places["x"] == places["y"] < places["n"] < places["z"] == places["w"]


def test_a_box_has_room_for_every_arrow_across() -> None:
    vertices = (Vertex("s"), *(Vertex(str(n)) for n in range(6)))
    part = GraphPart("g", "g", vertices, tuple(Arrow("s", str(n)) for n in range(6)))
    down, right = (layout(part, direction).boxes[0] for direction in Direction)
    assert down.width == right.height == 5 * 9 + 2 * 7


def test_a_box_is_as_large_as_its_lines_and_a_long_one_is_cut() -> None:
    one, two = box_of(Vertex("name")), box_of(Vertex("name", "label", detail="more"))
    assert one.lines == ("name",)
    assert two.lines == ("label", "more")
    assert two.height == one.height + 15
    long = box_of(Vertex("n", "word " * 100))
    assert long.lines[0].endswith("…")
    assert long.width <= LARGEST_LABEL + 16


def test_an_operation_says_how_strong_it_is() -> None:
    said = [
        operation_box(arrow)
        for arrow in (Arrow("a", "b", "conv", strength=0.256), Arrow("a", "b", strength=1), Arrow("a", "b"))
    ]
    assert [box and box.lines for box in said] == [("conv  0.26",), ("1.00",), None]
