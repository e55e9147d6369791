"""The elements of SVG that diagrams are made of; every text is escaped, every colour said where it stands.

Lengths are pixels.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from spaces.drawing.palette import INK, TEXT
from tasks.foundation.markup import escaped

_BASELINE = 0.35  # how far below their middle letters stand, in their size


@dataclass(frozen=True)
class Drawn:
    """A part that is drawn, from 0 to its width and height."""

    width: float
    height: float
    elements: tuple[str, ...]

    def at(self, x: float, y: float) -> str:
        """Return it as one element, its corner at a place."""
        return "\n".join([f'<g transform="translate({number(x)} {number(y)})">', *self.elements, "</g>"])


def number(value: float) -> str:
    """Return a length as SVG says it, to a tenth."""
    return f"{round(value, 1) + 0.0:g}"


def words(
    text: str, x: float, y: float, *, size: float = TEXT, anchor: str = "start", bold: bool = False, colour: str = INK
) -> str:
    """Return a text whose letters have their middle at y; anchor: start, middle or end at x."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y + _BASELINE * size)}" font-size="{number(size)}" text-anchor="{anchor}" '
        f'fill="{colour}"{weight}>{escaped(text)}</text>'
    )


def rectangle(
    corner: tuple[float, float],
    size: tuple[float, float],
    colours: tuple[str, str],
    *,
    name: str,
    rounding: float = 3,
    more: str = "",
) -> str:
    """Return a rectangle by its upper left corner; colours: within and of its frame; name: its class."""
    (x, y), (width, height) = corner, size
    return (
        f'<rect class="{name}" x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
        f'rx="{number(rounding)}" fill="{colours[0]}" stroke="{colours[1]}"{more}/>'
    )


def path(steps: Iterable[str], colour: str, *, width: float = 1.2, more: str = "") -> str:
    """Return a line by the steps of its path."""
    return (
        f'<path class="line" d="{" ".join(steps)}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{more}/>'
    )


def polygon(points: Iterable[tuple[float, float]], colour: str) -> str:
    """Return a filled polygon."""
    corners = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polygon class="head" points="{corners}" fill="{colour}"/>'
