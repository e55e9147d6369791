"""Texts of others in pages and figures: nothing in them is markup, breaks a file, or fills a screen."""

from collections.abc import Iterable
from html import escape

from tasks.foundation.command_line import printable

LONGEST = 2_000


def escaped(text: str) -> str:
    """Return a text as HTML and SVG show it: markup and what is not printable spelled out, a long text cut."""
    return escape(printable(clipped(text)), quote=True)


def plain_markdown(text: str) -> str:
    """Return a text as Markdown shows it, on one line: neither HTML, nor a link, nor another cell of a table."""
    line = " ".join(printable(clipped(text)).split())
    markup = escape(line, quote=False).replace("`", "\\`").replace("](", "]\\(")
    return markup.replace("|", "\\|")


def preformatted(lines: Iterable[str]) -> str:
    """Return lines of fixed width as HTML shows them, and Markdown, in which nothing within this is markup either."""
    shown = "\n".join(escaped(" ".join(line.splitlines())) for line in lines)
    return f"<pre>{shown}</pre>"


def clipped(text: str) -> str:
    """Return a text of at most ``LONGEST`` characters."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
