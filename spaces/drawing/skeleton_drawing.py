"""The skeleton of a network as SVG: a row per stage, a bar per block, wider for more channels, and what it is in words.

Lengths are pixels.
"""

from collections.abc import Iterator, Sequence
from math import sqrt

from spaces.drawing.diagram import Blocks, Role, SkeletonPart, SkeletonRow
from spaces.drawing.elements import Drawn, number, path, polygon, rectangle, words
from spaces.drawing.palette import FILLS, FRAMES, LINE, SMALL, STRIDED, TEXT
from spaces.drawing.paragraph import Paragraph, paragraph
from tasks.foundation.text_size import plain, text_width

_LARGEST_BAR, _LEAST_BAR, _PLAIN_BAR = 130.0, 26.0, 52.0  # how wide bars are, and those without channels
_BAR, _BETWEEN = 7.0, 2.0  # height of a bar, and what is between two
_ROWS = 20.0  # between rows, where the arrow is
_NAME_ROOM, _ROOM = 12.0, 14.0  # beside the bars
_WIDEST_WORDS = 390.0
_LEAST_ROW = 16.0
_MOST_BARS = 30
"""Of a run of equal blocks; of more, as many bars stand for all of them."""


def draw_skeleton(part: SkeletonPart) -> Drawn:
    """Return the rows below each other, names to the left of the bars, words to the right."""
    names = [plain(row.name) for row in part.rows]
    left = max(text_width(name, TEXT, bold=True) for name in names) + _NAME_ROOM
    middle, right = left + _LARGEST_BAR / 2, left + _LARGEST_BAR + _ROOM
    most = max(row.channels for row in part.rows)
    said = [_words_of(row) for row in part.rows]
    elements: list[str] = []
    top = -_ROWS
    above = 0.0  # where the bars of the row before end
    for name, row, paragraph_ in zip(names, part.rows, said, strict=True):
        bars = _bars_of(row)
        bars_height = len(bars) * (_BAR + _BETWEEN) - _BETWEEN
        height = max(paragraph_.height, bars_height, _LEAST_ROW)
        start = top + _ROWS + (height - bars_height) / 2
        elements += _arrow(middle, above, start) if top > 0 else []
        top += _ROWS
        elements.append(words(name, left - _NAME_ROOM, top + height / 2, anchor="end", bold=True))
        elements += _drawn_bars(bars, (middle, start), _bar_width(row.channels, most))
        elements += paragraph_.elements(right, top + (height - paragraph_.height) / 2)
        top += height
        above = start + bars_height
    return Drawn(right + max(each.width for each in said), top, tuple(elements))


def bars_note(part: SkeletonPart) -> str:
    """Return what bars mean, as a page says it."""
    strided = any(blocks.stride > 1 for row in part.rows for blocks in row.blocks)
    unit = next((row.unit for row in part.rows if row.channels), "channels")
    return f"a bar is a block, wider for more {unit}{'; orange ones make maps smaller' if strided else ''}"


def _words_of(row: SkeletonRow) -> Paragraph:
    blocks = ", then ".join(map(_said_blocks, row.blocks))
    more = "; ".join(said for said in (f"{row.channels} {row.unit}" if row.channels else "", row.note) if said)
    return paragraph((blocks, TEXT), (more, SMALL), widest=_WIDEST_WORDS)


def _said_blocks(blocks: Blocks) -> str:
    stride = f" of stride {blocks.stride}" if blocks.stride > 1 else ""
    return f"{blocks.count} x {blocks.what}{stride}" if blocks.count > 1 else f"{blocks.what}{stride}"


def _bars_of(row: SkeletonRow) -> list[bool]:
    """Return a bar for each block, and whether it is one that halves maps."""
    return [blocks.stride > 1 for blocks in row.blocks for _ in range(min(blocks.count, _MOST_BARS))]


def _bar_width(channels: int, most: int) -> float:
    """Return how wide bars are: as the root of their channels, so that few beside many are still seen."""
    return max(_LARGEST_BAR * sqrt(channels / most), _LEAST_BAR) if channels else _PLAIN_BAR


def _drawn_bars(bars: Sequence[bool], top: tuple[float, float], width: float) -> Iterator[str]:
    middle, start = top
    for place, halves in enumerate(bars):
        colours = STRIDED if halves else (FILLS[Role.WEIGHTED], FRAMES[Role.WEIGHTED])
        corner = (middle - width / 2, start + place * (_BAR + _BETWEEN))
        yield rectangle(corner, (width, _BAR), colours, name="bar", rounding=2)


def _arrow(x: float, top: float, bottom: float) -> Iterator[str]:
    yield path([f"M{number(x)} {number(top + 2)}", f"L{number(x)} {number(bottom - 7)}"], LINE)
    yield polygon([(x, bottom - 1), (x - 3.4, bottom - 8), (x + 3.4, bottom - 8)], LINE)
