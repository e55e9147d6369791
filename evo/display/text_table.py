"""Tables of text, for terminals and for Markdown."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fitness.rank_correlation.rank_statistics import Interval
from tasks.foundation.markup import plain_markdown

WIDEST = 80
"""Characters in a line of a terminal."""
LEAST_NAME, WIDEST_NAME = 16, 24
"""Room for names below which columns go into another block, and what names are given then."""
MOST_LINES, MOST_TEXT_LINES = 6, 10
"""Lines that a text may take, in its cell or on its own, before it is cut."""
_INDENT = "    "


@dataclass(frozen=True)
class Table:
    """Rows of text; the first column names a fitness."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def to_text(table: Table) -> str:
    """Return a table with aligned columns, no line longer than ``WIDEST``.

    Where it would be wider, names take several lines and the columns stand in blocks one below the other.
    """
    rows = [table.header, *table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.header))]
    room = WIDEST - sum(2 + width for width in widths[1:])
    widths[0] = min(widths[0], room if room >= LEAST_NAME else WIDEST_NAME)
    blocks = ("\n".join(_block(rows, columns, widths)) for columns in _blocks(widths))
    return "\n".join([table.title, *blocks])


def _blocks(widths: Sequence[int]) -> list[list[int]]:
    """Return the numbers of the columns that fit beside the names, block by block."""
    blocks: list[list[int]] = [[]]
    for column in range(1, len(widths)):
        taken = widths[0] + sum(2 + widths[each] for each in (*blocks[-1], column))
        if taken > WIDEST and blocks[-1]:
            blocks.append([])
        blocks[-1].append(column)
    return blocks


def _block(rows: Sequence[tuple[str, ...]], columns: Sequence[int], widths: Sequence[int]) -> Iterator[str]:
    for row in rows:
        name, *others = wrapped(row[0], widths[0])
        cells = (row[i].ljust(widths[i]) for i in columns)
        yield "  ".join([name.ljust(widths[0]), *cells]).rstrip()
        yield from others


def wrapped(text: str, width: int, *, most: int = MOST_LINES) -> list[str]:
    """Return a text in lines of at most ``width``, later ones indented; what ``most`` of them cannot hold is cut."""
    lines: list[str] = []
    rest, indent = text, ""
    while len(indent + rest) > width and len(lines) < most - 1:
        room = width - len(indent)
        cut = max(rest.rfind(sign, room // 3, room) for sign in ",(+| ") + 1 or room
        lines.append(indent + rest[:cut])
        rest, indent = rest[cut:], "  "
    return [*lines, indent + shortened(rest, width - len(indent))]


def filled(note: str) -> list[str]:
    """Return a note in lines of a terminal, later ones indented; its words stay whole."""
    return textwrap.wrap(note, WIDEST, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def row_with_text(cells: Sequence[str], widths: Sequence[int], text: str) -> Iterator[str]:
    """Yield a row of numbers with a text at its end, or on lines of its own where it is too long for a terminal."""
    numbers = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    if len(numbers) + 2 + len(text) <= WIDEST:
        yield f"{numbers}  {text}"
        return
    yield numbers
    yield from (f"{_INDENT}{line}" for line in wrapped(text, WIDEST - len(_INDENT), most=MOST_TEXT_LINES))


def shortened(text: str, width: int) -> str:
    """Return a text of at most ``width`` characters, with dots where it is cut."""
    return text if len(text) <= width else f"{text[: width - 3]}..."


def to_markdown(table: Table) -> str:
    """Return a table as Markdown, with nothing in its texts that Markdown or HTML would take for its own."""
    head = ["|".join(("", *map(plain_markdown, table.header), "")), "|" + "---|" * len(table.header)]
    rows = ["|".join(("", *map(plain_markdown, row), "")) for row in table.rows]
    return "\n".join([f"**{plain_markdown(table.title)}**", "", *head, *rows])


def short(number: float | None, digits: int = 3) -> str:
    """Return a number without the zero before its point, or ``-`` where it is not defined."""
    if number is None or np.isnan(number):
        return "-"
    text = f"{number:.{digits}f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def show(found: Interval | None) -> str:
    """Return e.g. ``.853 [.801, .891]``."""
    if found is None or np.isnan(found.value):
        return "-"
    return f"{short(found.value)} [{short(found.low)}, {short(found.high)}]"
