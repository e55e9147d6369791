"""What a command says to its user."""

import os
import sys

KEPT = "\n\t"


def say(text: str = "") -> None:
    """Print a line; once nobody reads (``| head``), the command goes on in silence."""
    try:
        print(printable(text), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    """Return the text with what would move a terminal's cursor, colour it or turn its letters round spelled out."""
    return "".join(c if c.isprintable() or c in KEPT else c.encode("unicode_escape").decode("ascii") for c in text)
