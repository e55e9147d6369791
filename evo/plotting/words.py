"""Words in a figure: how much room they take, where lines are broken, and how a text stands in SVG.

Lengths are pixels. A figure has no style sheet, and nobody knows which font draws it: widths are those of a wide one.
"""

from collections.abc import Iterator, Sequence

from tasks.foundation.figure_colours import INK
from tasks.foundation.markup import escaped
from tasks.foundation.text_size import cut_to_width, text_width, wrapped

SIZE, TITLE_SIZE = 11, 13
LINE = 15
TEXT = f'font-family="system-ui, sans-serif" font-size="{SIZE}" fill="{INK}"'
"""How texts look, said where they stand."""


def width_of(text: str, size: float = SIZE) -> float:
    """Return about how wide a text is in a font of a size, rather too much than too little."""
    return text_width(text, size)


def fitted(text: str, width: float, size: float = SIZE) -> str:
    """Return a text cut to a width, with dots where it is."""
    return cut_to_width(text, size, width)


def broken(text: str, width: float, size: float = SIZE) -> list[str]:
    """Return a text as lines of at most a width, broken at blanks, a longer word within; none for an empty one."""
    return wrapped(text, size, width) if text.strip() else []


def written(text: str, at: tuple[float, float], style: str = "", *, title: str = "") -> str:
    """Return a text that stands at a place; style: more attributes; title: what pointing at it tells."""
    x, y = at
    told = f"<title>{escaped(title)}</title>" if title else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{f" {style}" if style else ""}>{escaped(text)}{told}</text>'


def paragraph(lines: Sequence[str], at: tuple[float, float], style: str = "") -> Iterator[str]:
    """Yield lines one below the other, the first on the line that stands at a place."""
    x, y = at
    for place, line in enumerate(lines):
        yield written(line, (x, y + LINE * place), style)
