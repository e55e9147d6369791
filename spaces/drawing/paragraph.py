"""Lines of text below each other, each in one of the sizes of letters, which say how it looks. Lengths are pixels."""

from collections.abc import Iterator
from dataclasses import dataclass

from spaces.drawing.elements import words
from spaces.drawing.palette import HEADING, INK, SMALL, SOFT, TEXT, TITLE
from tasks.foundation.text_size import plain, text_width, wrapped

_LINE = {TITLE: 24.0, HEADING: 20.0, TEXT: 16.5, SMALL: 14.0}
_BOLD = (TITLE, HEADING)


@dataclass(frozen=True)
class Paragraph:
    """Lines, each with the size of its letters."""

    lines: tuple[tuple[str, float], ...] = ()

    @property
    def width(self) -> float:
        """How wide the widest line is, 0 for none."""
        return max((text_width(line, size, bold=size in _BOLD) for line, size in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """How high all lines are together."""
        return sum(_LINE[size] for _, size in self.lines)

    def elements(self, x: float, top: float) -> Iterator[str]:
        """Yield the lines, which begin at x."""
        for line, size in self.lines:
            colour = SOFT if size == SMALL else INK
            yield words(line, x, top + _LINE[size] / 2, size=size, bold=size in _BOLD, colour=colour)
            top += _LINE[size]


def paragraph(*texts: tuple[str, float], widest: float) -> Paragraph:
    """Return texts, each with the size of its letters, wrapped to a width; an empty one takes no line."""
    lines: list[tuple[str, float]] = []
    for text, size in texts:
        room = widest * text_width("x", size) / text_width("x", size, bold=size in _BOLD)
        shown = plain(text)
        lines += [(line, size) for line in (wrapped(shown, size, room) if shown else [])]
    return Paragraph(tuple(lines))
