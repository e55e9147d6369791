"""Tables as a notebook shows them: HTML in which every text is escaped."""

from collections.abc import Iterable, Sequence

from tasks.foundation.markup import escaped

WIDEST = 120


def html_table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; numbers are rounded to five digits, and long texts cut with the whole one as their title."""
    head = "".join(f"<th>{escaped(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><caption>{escaped(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    text = "" if value is None else f"{value:.5g}" if isinstance(value, float) else str(value)
    if len(text) <= WIDEST:
        return f"<td>{escaped(text)}</td>"
    return f'<td title="{escaped(text)}">{escaped(text[:WIDEST])}…</td>'
