"""Words in a figure: how much room they take, where lines are broken, and how a text stands in SVG.

Lengths are pixels. A figure has no style sheet, and nobody knows which font draws it: widths are those of a wide one.
"""

import unicodedata
from collections.abc import Iterator, Sequence

from tasks.foundation.figure_colours import INK
from tasks.foundation.markup import escaped

SIZE, TITLE_SIZE = 11, 13
LINE = 15
TEXT = f'font-family="system-ui, sans-serif" font-size="{SIZE}" fill="{INK}"'
"""How texts look, said where they stand."""
_NARROW, _WIDE = frozenset(" .,:;'|!()[]ijlt/-"), frozenset("mwMW%@—")


def width_of(text: str, size: float = SIZE) -> float:
    """Return about how wide a text is in a font of a size, rather too much than too little."""
    return size * sum(map(_share, text))


def _share(letter: str) -> float:
    if letter in _NARROW:
        return 0.4
    if letter in _WIDE or unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return 0.72 if letter.isupper() else 0.64


def fitted(text: str, width: float, size: float = SIZE) -> str:
    """Return a text cut to a width, with dots where it is."""
    if width_of(text, size) <= width:
        return text
    kept = len(text)
    while kept and width_of(f"{text[:kept]}...", size) > width:
        kept -= 1
    return f"{text[:kept]}..."


def broken(text: str, width: float, size: float = SIZE) -> list[str]:
    """Return a text as lines of at most a width, broken at blanks, a longer word within; none for an empty one."""
    lines: list[str] = []
    for word in (piece for given in text.split() for piece in _pieces(given, width, size)):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _pieces(word: str, width: float, size: float) -> Iterator[str]:
    """Yield a word in pieces of at most a width, each of one letter or more."""
    piece = ""
    for letter in word:
        if piece and width_of(piece + letter, size) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


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
