"""Tables as a notebook shows them: HTML in which every text is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

WIDEST = 120


def html_table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; numbers are rounded to five digits, and long texts cut with the whole one as their title."""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    text = "" if value is None else f"{value:.5g}" if isinstance(value, float) else str(value)
    if len(text) <= WIDEST:
        return f"<td>{escape(text)}</td>"
    return f'<td title="{escape(text, quote=True)}">{escape(text[:WIDEST])}…</td>'
