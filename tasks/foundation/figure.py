"""A figure: SVG that a notebook shows and that is saved as SVG as it is, as PDF and PNG by a library of an extra."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.output_files import check_output
from tasks.foundation.whole_files import write_bytes

DRAWN = ".svg"
CONVERTED = {".pdf": "svg2pdf", ".png": "svg2png"}
"""Kinds of files, and the function of the library that makes each."""
LIBRARY, EXTRA = "cairosvg", 'pip install "selfnas[figures]"'
PIXELS_PER_PIXEL = 2  # a PNG for print and for screens of high density


@dataclass(frozen=True)
class Figure:
    """A plot or a diagram. svg: one whole element, its colours fit for a white ground."""

    svg: str

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write it, whole or not at all, as SVG, PDF or PNG by the ending of the path, which is returned.

        force: replace a file that is there. Raises UsageError where it cannot be written, and OSError.
        """
        target = Path(path)
        check_figure(target, force=force)
        kind = target.suffix.lower()
        drawn = self.svg.encode()
        write_bytes(target, drawn if kind == DRAWN else _converter(target, kind)(drawn))
        return target

    def _repr_svg_(self) -> str:
        return self.svg


def check_figure(path: Path, *, force: bool) -> None:
    """Raise UsageError where a figure cannot be written, or would replace a file that ``force`` does not give up."""
    kind = path.suffix.lower()
    if kind != DRAWN and kind not in CONVERTED:
        raise UsageError(f"{path}: name a file that ends in {', '.join((DRAWN, *CONVERTED))}")
    if kind in CONVERTED and find_spec(LIBRARY) is None:
        raise UsageError(f"{path}: {kind} needs {LIBRARY}: {EXTRA}; .svg needs nothing")
    check_output(path, force=force)


def _converter(path: Path, kind: str) -> Callable[[bytes], bytes]:
    import importlib

    try:
        convert: Any = getattr(importlib.import_module(LIBRARY), CONVERTED[kind])
    except (ImportError, OSError) as error:  # OSError: the library of the system that it is made around
        raise UsageError(f"{path}: {LIBRARY} cannot be imported ({first_line(error)}); try .svg") from error
    return lambda drawn: bytes(convert(bytestring=drawn, scale=PIXELS_PER_PIXEL if kind == ".png" else 1))
