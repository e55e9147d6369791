"""How wide texts are, without a font at hand: never narrower than in the usual ones without serifs."""

from collections.abc import Iterator

from tasks.foundation.command_line import printable
from tasks.foundation.markup import clipped

_WIDTHS = (
    ("ijlI.,:;'| ", 0.34),
    ("frt()[]/-!", 0.44),
    ("cszFL_vxyk", 0.64),
    ("mwMW%@=+~<>^#&…", 1.02),
)
_WIDTH_OF = {letter: width for letters, width in _WIDTHS for letter in letters}
_PLAIN, _CAPITAL, _FOREIGN = 0.65, 0.79, 1.1
_BOLD = 1.1
ELLIPSIS = "…"


def plain(text: str) -> str:
    """Return a text as it is shown: on one line, what is not printable spelled out, a very long one cut."""
    return " ".join(printable(clipped(text)).split())


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the most that a text is wide in letters of a size, both in pixels."""
    return size * sum(map(_letter_width, text)) * (_BOLD if bold else 1)


def cut_to_width(text: str, size: float, widest: float) -> str:
    """Return a text that is at most so wide: the beginning of a longer one, with three dots behind it."""
    if text_width(text, size) <= widest:
        return text
    kept = text
    while kept and text_width(kept + ELLIPSIS, size) > widest:
        kept = kept[:-1]
    return kept + ELLIPSIS


def wrapped(text: str, size: float, widest: float) -> list[str]:
    """Return a text as lines that are at most so wide, cut between words, or within one that is wider."""
    lines = [""]
    for word in (piece for given in text.split() for piece in _pieces(given, size, widest)):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if not lines[-1] or text_width(longer, size) <= widest:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _pieces(word: str, size: float, widest: float) -> Iterator[str]:
    """Yield a word in pieces that are at most so wide, at least a letter each."""
    piece = ""
    for letter in word:
        if piece and text_width(piece + letter, size) > widest:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _letter_width(letter: str) -> float:
    if not letter.isascii() and letter not in _WIDTH_OF:
        return _FOREIGN
    return _WIDTH_OF.get(letter, _CAPITAL if letter.isupper() else _PLAIN)
