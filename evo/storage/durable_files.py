"""Texts and JSON in files that are there whole or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.storage.lock_owner import check_owned
from tasks import UsageError
from tasks.foundation.plain_files import read_plain_text
from tasks.foundation.whole_files import write_bytes

MOST_BYTES = 1 << 26
"""Bytes of a JSON file that is read, 64 MiB: a run's configuration takes a few kilobytes."""


def write_text(path: Path, text: str) -> None:
    """Replace a file in UTF-8 as ``write_bytes`` does; raises TakenOverError in a folder that is another's by now."""
    check_owned(path)
    write_bytes(path, text.encode())


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Replace a JSON file as ``write_bytes`` does."""
    write_text(path, json.dumps(values, indent=2) + "\n")


def parse_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; raises OSError, or ValueError where it holds none."""
    try:
        values = json.loads(read_plain_text(path, most=MOST_BYTES))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError(f"it holds {type(values).__name__} in place of an object")
    return values


def read_json(path: Path, cure: str) -> dict[str, Any]:
    """Return the object in a JSON file; raises UsageError, with the cure, where it cannot be read."""
    try:
        return parse_json(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); {cure}") from error
