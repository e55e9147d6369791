"""The JSON files of trainings, read and checked: what was asked for, and what came of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.errors import UsageError

NEEDED_OF_REQUEST = ("architecture.candidate", "setting.label_fraction", "setting.settings.threads")
NEEDED_OF_RESULT = (
    *("init", "seed", "test_accuracy", "epochs", "params"),
    *("inherited.share", "inherited.lost", "setting.label_fraction"),
)
"""Values that are read of each, dots between the names that lead there: all but the names of things are numbers."""

_TEXTS = ("init", "architecture.candidate")


def read_request(path: Path) -> dict[str, Any]:
    """Return what the trainings of a folder were asked for; raises UsageError where the file is damaged."""
    return _read(path, NEEDED_OF_REQUEST, f"put a good copy back, or take {path.parent} away")


def read_result(path: Path) -> dict[str, Any]:
    """Return what a training came to; raises UsageError where the file is damaged, or of another training."""
    cure = "take it away, and the same command writes it anew"
    values = _read(path, NEEDED_OF_RESULT, cure)
    if path.parent.name != training_name(values["init"], values["seed"]):
        raise UsageError(f"{path}: is of another training ({values['init']}, seed {values['seed']}); {cure}")
    return values


def training_name(init: str, seed: int) -> str:
    """Return the name of a training's folder."""
    return f"{init}-seed-{seed}"


def _read(path: Path, needed: tuple[str, ...], cure: str) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); {cure}") from error
    for name in needed:
        kind = str if name in _TEXTS else (int, float)
        if not isinstance(_at(values, name), kind):
            raise UsageError(f"{path}: is damaged ({name!r} is missing or no {_WORDS[kind is str]}); {cure}")
    return values


_WORDS = {True: "text", False: "number"}


def _at(values: object, name: str) -> object:
    """Return the value that the names lead to, None where there is none."""
    for key in name.split("."):
        values = values.get(key) if isinstance(values, Mapping) else None
    return values
