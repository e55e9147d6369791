"""A text in a frame as SVG, for want of a diagram. Lengths are pixels."""

from spaces.drawing.diagram import Role, TextPart
from spaces.drawing.elements import Drawn, rectangle
from spaces.drawing.palette import FILLS, FRAMES, TEXT
from spaces.drawing.paragraph import paragraph

_WIDEST, _ROOM = 620.0, 12.0


def draw_text_part(part: TextPart) -> Drawn:
    """Return the text, wrapped, in its frame."""
    said = paragraph((part.text, TEXT), widest=_WIDEST)
    size = said.width + 2 * _ROOM, said.height + 2 * _ROOM
    frame = rectangle((0, 0), size, (FILLS[Role.INPUT], FRAMES[Role.INPUT]), name="frame")
    return Drawn(*size, (frame, *said.elements(_ROOM, _ROOM)))
