"""A figure as a file: SVG as it is, PDF and PNG by a library that is no part of a plain installation."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from spaces import check_output
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.whole_files import write_bytes

DRAWN = ".svg"
CONVERTED = {".pdf": "svg2pdf", ".png": "svg2png"}
"""Kinds of files, and the function of the library that makes each."""
LIBRARY, EXTRA = "cairosvg", 'pip install "selfnas[figures]"'
PIXELS_PER_PIXEL = 2  # a PNG for print and for screens of high density


def check_figure(path: Path, *, force: bool) -> None:
    """Raise UsageError where a figure cannot be written, or would replace a file that ``force`` does not give up."""
    kind = path.suffix.lower()
    if kind != DRAWN and kind not in CONVERTED:
        raise UsageError(f"--figure {path}: name a file that ends in {', '.join((DRAWN, *CONVERTED))}")
    if kind in CONVERTED and find_spec(LIBRARY) is None:
        raise UsageError(f"--figure {path}: {kind} needs {LIBRARY}: {EXTRA}; .svg needs nothing")
    try:
        check_output(path, force=force)
    except UsageError as error:
        raise UsageError(f"--figure {error}") from error


def write_figure(path: Path, drawn: str) -> None:
    """Write a figure, given as SVG, whole or not at all; raises UsageError where the library cannot, and OSError."""
    kind = path.suffix.lower()
    write_bytes(path, drawn.encode() if kind == DRAWN else _converter(path, kind)(drawn.encode()))


def _converter(path: Path, kind: str) -> Callable[[bytes], bytes]:
    import importlib

    try:
        convert: Any = getattr(importlib.import_module(LIBRARY), CONVERTED[kind])
    except (ImportError, OSError) as error:  # OSError: the library of the system that it is made around
        raise UsageError(f"--figure {path}: {LIBRARY} cannot be imported ({first_line(error)}); try .svg") from error
    return lambda drawn: bytes(convert(bytestring=drawn, scale=PIXELS_PER_PIXEL if kind == ".png" else 1))
