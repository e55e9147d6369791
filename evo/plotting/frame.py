"""What plots have around their values: title, legend, a grid with its numbers, the names of both axes, and a note.

Letters: N values. Lengths are pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evo.display.inline_svg import size_of
from evo.plotting.axis import PlotAxis
from evo.plotting.words import LINE, TEXT, TITLE_SIZE, broken, fitted, paragraph, width_of, written
from tasks.foundation.figure_colours import GRID, GROUND

WIDTH, HEIGHT = 432, 340
"""Of a plot that has a title of one line and neither legend nor note: three stand side by side on 1,400 pixels."""
EDGE = 12
_NAME_ROOM = 22  # left of the numbers of the vertical axis
_FOOT = 46  # numbers and name of the horizontal axis
_GAP = 5  # between the numbers beside an axis
_MARK = 9


@dataclass(frozen=True)
class Words:
    """What is said around a plot; names: of the horizontal and of the vertical axis, with their units."""

    title: str = ""
    x_name: str = ""
    y_name: str = ""
    note: str = ""


@dataclass(frozen=True)
class Frame:
    """Where values lie in a figure: between ``left`` and ``right``, ``top`` and ``floor``."""

    width: float
    height: float
    left: float
    right: float
    top: float
    floor: float

    def grid(self, x: PlotAxis, y: PlotAxis) -> Iterator[str]:
        """Yield lines at the ticks of both axes with their numbers, none above another or beyond the figure."""
        yield from self.columns(x)
        lowest = self.height + LINE
        for value in y.ticks():
            at = y.at(value)
            yield _line((self.left, at), (self.right, at))
            if lowest - at >= LINE - 2:
                lowest = at
                yield written(y.shown(value), (self.left - 6, at + 4), 'text-anchor="end"')

    def columns(self, x: PlotAxis) -> Iterator[str]:
        """Yield vertical lines at the ticks of the horizontal axis with their numbers."""
        rightmost = 0.0
        for value in x.ticks():
            at, half = x.at(value), width_of(x.shown(value)) / 2
            yield _line((at, self.top), (at, self.floor))
            centre = max(half + 2, min(at, self.width - half - 2))
            if centre - half >= rightmost:
                rightmost = centre + half + _GAP
                yield written(x.shown(value), (centre, self.floor + 16), 'text-anchor="middle"')

    def names(self, x_name: str, y_name: str) -> Iterator[str]:
        """Yield the names of the axes: below the numbers on at most two lines, and turned on the left; else cut."""
        across, down = (self.left + self.right) / 2, (self.top + self.floor) / 2
        room = 2 * min(across, self.width - across) - 4
        first, *others = broken(x_name, room) or [""]
        lines = [first, fitted(" ".join(others), room)] if others else [first]
        told = x_name if lines[1:] not in ([], others) else ""
        for line, down_by in zip(lines, (31, 43) if others else (36,), strict=True):
            yield written(line, (across, self.floor + down_by), 'text-anchor="middle"', title=told)
        if not y_name:
            return
        shown = fitted(y_name, self.floor - self.top + EDGE)
        turned = f'transform="translate(14 {down:.0f}) rotate(-90)" text-anchor="middle"'
        yield written(shown, (0, 0), turned, title=y_name if shown != y_name else "")


@dataclass(frozen=True)
class Layout:
    """The places of everything around a plot."""

    frame: Frame
    words: Words
    title: Sequence[str]
    note: Sequence[str]
    legend: Sequence[tuple[str, str, float, float]]

    def drawn(self, values: Sequence[str]) -> str:
        """Return the whole figure with what is drawn of its values, which lie above the legend's ground."""
        frame = self.frame
        named = paragraph(self.title, (8, 20), f'font-size="{TITLE_SIZE}"')
        noted = paragraph(self.note, (8, frame.height - 8 - LINE * (len(self.note) - 1)))
        legend = (part for entry in self.legend for part in _entry(*entry))
        return "\n".join([opened(frame.width, frame.height), *named, *legend, *values, *noted, "</svg>"])


def layout(
    words: Words,
    y_numbers: Sequence[str],
    legend: Sequence[tuple[str, str]] = (),
    *,
    size: tuple[float, float] = (WIDTH, HEIGHT),
    foot: float = _FOOT,
) -> Layout:
    """Return where everything stands; the figure grows with long titles, legends and notes.

    y_numbers: texts on the left of the plot, for which there is room; legend: texts with their colours
    size: width, and height without what grows
    """
    width, height = size
    title = broken(words.title, width - 16, TITLE_SIZE)
    note = broken(words.note, width - 16)
    below = LINE * len(note) + 4 if note else 0
    top = 24.0 + LINE * (len(title) - 1) if title else 0.0
    entries = list(_flowing(legend, width, top + 12))
    top = (entries[-1][3] + 4 if entries else top) + EDGE
    left = _NAME_ROOM + max(map(width_of, y_numbers), default=0) + 8
    whole = height + max(0.0, top - EDGE - 24) + below
    floor = whole - foot - below
    return Layout(Frame(width, whole, left, width - EDGE, top, floor), words, title, note, entries)


def opened(width: float, height: float) -> str:
    """Return the beginning of a figure that stands alone: its size, how its texts look, and a ground."""
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    ground = f'<rect width="{width:g}" height="{height:g}" fill="{GROUND}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {TEXT}>\n{ground}'


def _flowing(legend: Sequence[tuple[str, str]], width: float, first: float) -> Iterator[tuple[str, str, float, float]]:
    """Yield each entry with its place, row after row."""
    x, y = 8.0, first
    for text, colour in legend:
        shown = fitted(text, width - 16 - 2 * _MARK)
        room = 2 * _MARK + width_of(shown)
        if x > 8 and x + room > width - 8:
            x, y = 8.0, y + LINE
        yield shown, colour, x, y
        x += room + 6


def _entry(text: str, colour: str, x: float, y: float) -> Iterator[str]:
    yield f'<rect x="{x:.1f}" y="{y - _MARK:.1f}" width="{_MARK}" height="{_MARK}" fill="{colour}"/>'
    yield written(text, (x + _MARK + 5, y))


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{GRID}"/>'


def placed(figure: str, x: float, y: float) -> str:
    """Return a figure as a part of another, at a place of it."""
    return figure.replace("<svg ", f'<svg x="{x:g}" y="{y:g}" ', 1)


def stacked(figures: Sequence[str]) -> str:
    """Return figures of this room, at least one, as one, below each other."""
    sizes = [size_of(figure) for figure in figures]
    tops = [sum(height for _, height in sizes[:place]) for place in range(len(sizes) + 1)]
    parts = [placed(figure, 0, top) for figure, top in zip(figures, tops, strict=False)]
    return "\n".join([opened(max(width for width, _ in sizes), tops[-1]), *parts, "</svg>"])
