"""The check of the diagram that a space shows of a candidate."""

from spaces.conformance.case import NotApplicable, SpaceCase, require
from spaces.drawing.diagram import Diagram, DrawnSpace
from spaces.drawing.page import draw_page

MOST = 10
"""Candidates that are drawn: it takes a tenth of a second each."""


def diagram_of_a_candidate(case: SpaceCase) -> str:
    """A diagram can be drawn, and equal candidates look alike."""
    space, twin = case.space, case.twin
    if not isinstance(space, DrawnSpace):
        raise NotApplicable("no diagrams: the space has no diagram()")
    drawn = case.sampled()[:MOST]
    for candidate in drawn:
        with case.about(candidate):
            diagram = space.diagram(candidate)
            require(isinstance(diagram, Diagram), f"diagram gives a {type(diagram).__name__}, no spaces.Diagram")
            draw_page(diagram)
            again = twin.diagram(twin.decode(case.space.encode(candidate)))
            require(diagram == again, "it has two different diagrams")
    return f"{len(drawn)} drawn"
