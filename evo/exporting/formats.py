"""The formats by name: each is a function in a file of its own, imported when it is asked for."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.foundation.errors import unknown_name

if TYPE_CHECKING:
    from evo.exporting.exportable import Exportable

FORMATS = {
    "torch": "evo.exporting.torch_source:write_torch",
    "torch-export": "evo.exporting.torch_program:write_torch_export",
    "onnx": "evo.exporting.onnx_file:write_onnx",
}
"""Name -> ``module:function``; a new format is a line here and a ``Format`` there."""


@dataclass(frozen=True)
class Written:
    """What a format makes of a network: contents of files by name, and what is to be said of them, line by line."""

    files: Mapping[str, bytes]
    lines: tuple[str, ...] = ()


Format = Callable[["Exportable"], Written]
"""Raises UsageError, naming what cannot be exported and why; it writes no file itself."""


def check_format(name: str) -> None:
    """Raise UsageError for a name that is none of a format."""
    if name not in FORMATS:
        raise unknown_name("--format", name, FORMATS)


def format_named(name: str) -> Format:
    """Return a format; raises UsageError for an unknown name."""
    check_format(name)
    module, _, function = FORMATS[name].partition(":")
    found: Format = getattr(importlib.import_module(module), function)
    return found
