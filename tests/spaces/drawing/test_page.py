"""Catches: a page on which labels overlap each other or a box, a line crosses a box, something is cut off, a text is
taken for markup, parts stand side by side that have no room, or one that is too wide for paper where it need not be."""

import re

from spaces.drawing.diagram import Arrow, Blocks, Diagram, GraphPart, Role, SkeletonPart, SkeletonRow, TextPart, Vertex
from spaces.drawing.page import draw_page
from spaces.drawing.palette import DARK, WIDEST
from tests.spaces.drawing.geometry import check_page, page_of

HOSTILE = "<script>alert('&\"x')</script>"


def chain(length: int, label: str = "conv 3x3") -> GraphPart:
    """Return a graph in a row, an operation between any two vertices."""
    vertices = tuple(Vertex(str(number)) for number in range(length))
    arrows = tuple(Arrow(str(number), str(number + 1), label) for number in range(length - 1))
    return GraphPart("chain", "a chain", vertices, arrows)


def test_parts_stand_side_by_side_where_there_is_room_and_below_each_other_where_there_is_none() -> None:
    beside = check_page(draw_page(Diagram("d", (chain(2), chain(2))))).named("operation")
    assert beside[0].top == beside[1].top
    assert beside[0].right < beside[1].left
    below = check_page(draw_page(Diagram("d", (chain(2), chain(6))))).named("operation")
    assert below[0].bottom < below[1].top
    assert below[0].left == below[1].left


def test_a_graph_that_is_too_wide_leads_down() -> None:
    short, long = (check_page(draw_page(Diagram("d", (chain(length),)))) for length in (5, 20))
    assert short.size[0] > short.size[1]
    assert long.size[0] < long.size[1]
    assert long.size[0] < WIDEST


def test_every_text_is_shown_as_it_is() -> None:
    graph = GraphPart(
        HOSTILE, HOSTILE, (Vertex("a", HOSTILE, Role.INPUT, HOSTILE), Vertex("b")), (Arrow("a", "b", HOSTILE),), HOSTILE
    )
    skeleton = SkeletonPart(HOSTILE, (SkeletonRow(HOSTILE, (Blocks(HOSTILE),), 1, HOSTILE, HOSTILE),), HOSTILE)
    svg = draw_page(Diagram(HOSTILE, (graph, skeleton, TextPart(HOSTILE, HOSTILE, HOSTILE)), (HOSTILE,)), HOSTILE)
    assert "<script" not in svg
    assert page_of(svg).said().count(HOSTILE) >= 10
    check_page(svg)


def test_letters_that_turn_others_round_are_spelled_out() -> None:
    svg = draw_page(Diagram("d", (TextPart("", "left \u202e right \x00 end"),)))
    assert "left \\u202e right \\x00 end" in page_of(svg).said()


def test_a_long_title_is_wrapped_and_a_page_without_parts_is_a_title() -> None:
    page = check_page(draw_page(Diagram("word " * 60, ())))
    assert len(page.texts) > 3
    assert page.size[0] < WIDEST


def test_every_colour_of_a_page_has_one_on_dark_ground() -> None:
    roles = tuple(Vertex(str(role), role=role) for role in Role)
    arrows = (Arrow("input", "node", "none", Role.NOTHING), Arrow("input", "output"))
    rows = (SkeletonRow("s", (Blocks("b", 2), Blocks("b", 1, 2)), 8, "note"),)
    svg = draw_page(Diagram("d", (GraphPart("g", "g", roles, arrows), SkeletonPart("s", rows), TextPart("", "t"))))
    assert set(re.findall(r'(?:fill|stroke)="(#[^"]*)"', svg)) == set(DARK)
    assert set(re.findall(r'(?:fill|stroke)="([^#"]*)"', svg)) == {"none"}


def test_it_says_what_it_shows_to_programs_that_read_aloud() -> None:
    assert "<title>a &lt; b</title>" in draw_page(Diagram("d", ()), "a < b")
    assert "<title>d</title>" in draw_page(Diagram("d", ()))
