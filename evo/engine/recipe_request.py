"""A recipe beside what a Python caller asks for, as ``python -m evo.run --recipe`` takes it."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.engine.asking import requested
from evo.engine.recipe_file import read_recipe
from evo.engine.recipe_parts import Beside, left_beside
from evo.records.config import WITH_OPTIONS
from evo.records.requests import SearchRequest
from tasks.foundation.command_line import parse_assignments
from tasks.foundation.errors import UsageError

_CALLED = {"constraint": "constraints", "no_reuse": "reuse"}
"""What a request calls a key of a recipe otherwise."""

logger = logging.getLogger(__name__)


def with_recipe(recipe: str | Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a search with what a recipe adds, itself named by a text or a path.

    Raises UsageError for a recipe that is unknown or wrong, for an argument that no
    search has, and beside a run that is gone on with, which has it already.
    """
    if asked.get("resume"):
        raise UsageError(f"recipe={recipe}: a run that is resumed keeps its own settings; leave it out")
    requested(SearchRequest, asked)  # which raises where anything is wrong
    said = {name: value for name, value in asked.items() if value is not None}
    own: Mapping[str, Mapping[str, object]] = said.get("options", {})
    beside = Beside.of(said, {f"{axis}.{option}" for axis, options in own.items() for option in options})
    left, note = left_beside(read_recipe(str(recipe)), beside)
    named = {_CALLED.get(key, key): _value(key, value) for key, value in left.keys.items()}
    unsaid = {key: value for key, value in left.keys.items() if _CALLED.get(key, key) not in said}
    replace(left, keys=unsaid).check_trusted(trust=bool(said.get("trust")))
    if note is not None:
        logger.info(note)
    assigned = parse_assignments(left.assigned, WITH_OPTIONS)
    options = {axis: {**assigned.get(axis, {}), **own.get(axis, {})} for axis in {**assigned, **own}}
    return {**named, **said, "options": options}


def _value(key: str, value: object) -> object:
    return not value if key == "no_reuse" else value
