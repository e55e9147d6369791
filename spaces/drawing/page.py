"""A diagram as one page: title, parts side by side as far as the page is wide, then below each other, notes.

Lengths are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from spaces.drawing.diagram import Diagram, GraphPart, ImagesPart, Part, SkeletonPart
from spaces.drawing.elements import Drawn, number
from spaces.drawing.graph_drawing import draw_graph
from spaces.drawing.graph_layout import Direction
from spaces.drawing.images_drawing import draw_images, words_width
from spaces.drawing.palette import FAMILY, GROUND, HEADING, SMALL, TITLE, WIDEST
from spaces.drawing.paragraph import paragraph
from spaces.drawing.skeleton_drawing import bars_note, draw_skeleton
from spaces.drawing.text_drawing import draw_text_part
from tasks.foundation.markup import escaped

_MARGIN, _COLUMNS, _ROWS = 16.0, 44.0, 30.0
_BELOW_WORDS = 10.0
_LEAST_WORDS = 320.0  # how wide titles and notes may be, where what they stand above is narrower
_ROOM = WIDEST - 2 * _MARGIN


@dataclass(frozen=True)
class _Placed:
    """A drawn part and where it stands."""

    drawn: Drawn
    x: float
    y: float


def draw_page(diagram: Diagram, about: str = "") -> str:
    """Return a diagram as SVG, each of its graphs leading to the right unless that is too wide.

    about: what its title says to programs that read pages aloud and to who points at it, such as a candidate's text
    """
    placed = _laid_out(diagram)
    width, height = _extent(placed)
    title = paragraph((diagram.title, TITLE), widest=max(width, _LEAST_WORDS))
    notes = paragraph(*((note, SMALL) for note in diagram.notes), widest=max(width, _LEAST_WORDS))
    top = _MARGIN + title.height + _BELOW_WORDS
    below = top + height + 1.5 * _BELOW_WORDS
    elements = (
        *title.elements(_MARGIN, _MARGIN),
        *(one.drawn.at(_MARGIN + one.x, top + one.y) for one in placed),
        *notes.elements(_MARGIN, below),
    )
    end = below + notes.height if notes.lines else top + height
    return _svg(
        Drawn(max(width, title.width, notes.width) + 2 * _MARGIN, end + _MARGIN, elements), about or diagram.title
    )


def _extent(placed: Sequence[_Placed]) -> tuple[float, float]:
    width = max((one.x + one.drawn.width for one in placed), default=0.0)
    return width, max((one.y + one.drawn.height for one in placed), default=0.0)


def _laid_out(diagram: Diagram) -> list[_Placed]:
    placed: list[_Placed] = []
    x = y = height = 0.0
    words = max((words_width(part) for part in diagram.parts if isinstance(part, ImagesPart)), default=0.0)
    for part in diagram.parts:
        one = _with_heading(part, _drawn(part, words))
        if x and x + one.width > _ROOM:
            x, y, height = 0.0, y + height + _ROWS, 0.0
        placed.append(_Placed(one, x, y))
        x, height = x + one.width + _COLUMNS, max(height, one.height)
    return placed


def _drawn(part: Part, words: float) -> Drawn:
    """Return a part drawn; words: how wide the words beside the images of any part are."""
    if isinstance(part, GraphPart):
        right = draw_graph(part, Direction.RIGHT)
        return (
            right if right.width <= _ROOM else min(right, draw_graph(part, Direction.DOWN), key=lambda one: one.width)
        )
    if isinstance(part, SkeletonPart):
        return draw_skeleton(part)
    return draw_images(part, words) if isinstance(part, ImagesPart) else draw_text_part(part)


def _with_heading(part: Part, drawn: Drawn) -> Drawn:
    """Return a part with its title and its note above it."""
    note = "; ".join(said for said in (part.note, bars_note(part) if isinstance(part, SkeletonPart) else "") if said)
    heading = paragraph((part.title, HEADING), (note, SMALL), widest=max(drawn.width, _LEAST_WORDS))
    top = heading.height + _BELOW_WORDS if heading.lines else 0.0
    elements = (*heading.elements(0, 0), drawn.at(0, top))
    return Drawn(max(drawn.width, heading.width), top + drawn.height, elements)


def _svg(page: Drawn, about: str) -> str:
    width, height = number(page.width), number(page.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="{FAMILY}">'
    )
    ground = f'<rect class="ground" width="{width}" height="{height}" fill="{GROUND}"/>'
    return "\n".join([head, f"<title>{escaped(about)}</title>", ground, *page.elements, "</svg>\n"])
