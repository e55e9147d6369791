"""Small images of signed values as SVG: blue below zero, white at zero, orange above; the same on every ground.

Lengths are pixels.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from spaces.drawing.diagram import ImageRow, ImagesPart, Pixels
from spaces.drawing.elements import Drawn, number, rectangle
from spaces.drawing.palette import LINE, SMALL, TEXT
from spaces.drawing.paragraph import Paragraph, paragraph

_TALLEST, _WIDEST = 48.0, 240.0  # of an image on the page
_BETWEEN, _ROWS, _ROOM = 8.0, 12.0, 16.0  # between images, between rows, between words and images
_WIDEST_WORDS = 300.0
_LEVELS = 8  # of colour on either side of zero
_BELOW, _ZERO, _ABOVE = (33, 90, 160), (255, 255, 254), (205, 92, 20)
"""Red, green and blue. No colour of a page is among them: where it is dark, images stay as they are."""


def words_width(part: ImagesPart) -> float:
    """Return how wide what is said beside the images is."""
    return max((each.width for each in map(_said, part.rows)), default=0.0)


def draw_images(part: ImagesPart, least_words: float = 0.0) -> Drawn:
    """Return the rows below each other, words to the left of the images.

    least_words: how wide they are taken to be at least, so that the images of several parts begin at one line
    """
    said = list(map(_said, part.rows))
    left = max(words_width(part), least_words) + _ROOM
    elements: list[str] = []
    top, widest = 0.0, left
    for row, about in zip(part.rows, said, strict=True):
        drawn = _row(row, about, left)
        elements.append(drawn.at(0, top))
        widest = max(widest, drawn.width)
        top += drawn.height + _ROWS
    return Drawn(widest, max(top - _ROWS, 0.0), tuple(elements))


def _said(row: ImageRow) -> Paragraph:
    return paragraph((row.label, TEXT), (row.note, SMALL), widest=_WIDEST_WORDS)


def _row(row: ImageRow, about: Paragraph, left: float) -> Drawn:
    """Return the images of a row beside what is said about them."""
    pixel = min((min(_WIDEST / len(image[0]), _TALLEST / len(image)) for image in row.images), default=0.0)
    tallest = max((len(image) * pixel for image in row.images), default=0.0)
    height = max(about.height, tallest)
    most = max((abs(value) for image in row.images for line in image for value in line), default=0.0)
    elements = list(about.elements(0, (height - about.height) / 2))
    x = left
    for image in row.images:
        elements += _image(image, (x, (height - len(image) * pixel) / 2), pixel, most)
        x += len(image[0]) * pixel + _BETWEEN
    return Drawn(max(x - _BETWEEN, about.width), height, tuple(elements))


def _image(image: Pixels, corner: tuple[float, float], pixel: float, most: float) -> Iterator[str]:
    """Yield the frame of an image, white within, and one path for the pixels of each colour; most: full colour."""
    steps: dict[int, list[str]] = defaultdict(list)
    for row, values in enumerate(image):
        column = 0
        for level, run in groupby(round(_LEVELS * value / most) if most else 0 for value in values):
            wide = len(list(run))
            steps[level].append(f"M{column} {row}h{wide}v1h-{wide}z")
            column += wide
    size = (len(image[0]) * pixel, len(image) * pixel)
    yield rectangle(corner, size, (_colour(0), LINE), name="image", rounding=0)
    place = f"translate({number(corner[0])} {number(corner[1])}) scale({pixel:.4g})"
    for level in sorted(set(steps) - {0}):
        yield f'<path class="pixels" transform="{place}" d="{"".join(steps[level])}" fill="{_colour(level)}"/>'


def _colour(level: int) -> str:
    end, share = (_ABOVE if level > 0 else _BELOW), abs(level) / _LEVELS
    return "#" + "".join(f"{round(zero + (full - zero) * share):02x}" for zero, full in zip(_ZERO, end, strict=True))
