"""A candidate as a figure: by its space's diagram, or, where the space has none, by its text."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from spaces.base import SearchSpace
from spaces.drawing.diagram import Diagram, DrawnSpace, GraphPart, TextPart
from spaces.drawing.page import draw_page
from tasks.foundation.errors import UsageError, bounded, first_line, unknown_name
from tasks.foundation.figure import Figure

Strengths = Mapping[str, Mapping[tuple[int, int], float]]
"""Name of a cell -> source and target of an edge, as the candidate's text numbers them -> how strong it is, 0 to 1."""
STRENGTHS_NOTE = "numbers and widths of arrows: how strong an edge is, from 0 to 1"
NO_DIAGRAM = "this space says nothing of how its candidates look (diagram), so here is the text"


def draw_candidate(space: SearchSpace[Any], candidate: Any, *, strengths: Strengths | None = None) -> Figure:
    """Return a candidate's diagram; raises UsageError where the space fails at it, or strengths are of other edges.

    strengths: of some edges of some cells, shown as numbers and by the width of arrows
    """
    text = space.encode(candidate)
    if not isinstance(space, DrawnSpace):
        return draw_text(text, NO_DIAGRAM)
    try:
        diagram = space.diagram(candidate)
        return Figure(draw_page(with_strengths(diagram, strengths or {}), text))
    except UsageError:
        raise
    except Exception as error:  # a space of somebody's own may raise, or return, anything
        raise UsageError(f"candidate {bounded(repr(text), 80)} cannot be drawn: {first_line(error)}") from error


def draw_text(text: str, why: str) -> Figure:
    """Return a candidate's text in a frame; why: it is not drawn, in a line."""
    return Figure(draw_page(Diagram("candidate", (TextPart("", text, why),)), text))


def with_strengths(diagram: Diagram, strengths: Strengths) -> Diagram:
    """Return a diagram whose arrows have strengths; raises UsageError for cells and edges that it does not have."""
    graphs = {part.name: part for part in diagram.graphs}
    for name in strengths:
        if name not in graphs:
            raise unknown_name("cell of strengths", name, graphs)
    drawn = {name: _strong(graphs[name], given) for name, given in strengths.items()}
    parts = (drawn.get(part.name, part) if isinstance(part, GraphPart) else part for part in diagram.parts)
    notes = (*diagram.notes, STRENGTHS_NOTE) if strengths else diagram.notes
    return replace(diagram, parts=tuple(parts), notes=notes)


def _strong(part: GraphPart, strengths: Mapping[tuple[int, int], float]) -> GraphPart:
    given = {(str(source), str(target)): float(value) for (source, target), value in strengths.items()}
    known = {(arrow.source, arrow.target) for arrow in part.arrows}
    for source, target in given:
        if (source, target) not in known:
            raise unknown_name(
                f"edge of cell {part.name!r}", f"{source}->{target}", [f"{start}->{end}" for start, end in known]
            )
    arrows = tuple(replace(one, strength=given.get((one.source, one.target))) for one in part.arrows)
    return replace(part, arrows=arrows)
