"""What a recipe adds to a command line; what is given there has the last word."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evo.engine.recipe_file import read_recipe
from evo.engine.recipe_parts import Beside, left_beside, target_of
from tasks.foundation.errors import UsageError

logger = logging.getLogger(__name__)


def add_recipe(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a command line gives with what the recipe that it names adds; the same where it names none.

    A line says what was left out along with parts of the recipe that are replaced.

    Raises UsageError for a recipe that is unknown or wrong, and beside ``--resume``, where the run has it already.
    """
    if given["recipe"] is None:
        return dict(given)
    if given["resume"]:
        raise UsageError(f"--recipe {given['recipe']}: {given['resume']} keeps its own settings; give one of the two")
    beside = Beside.of(given, set(map(target_of, given["assignments"])))
    left, note = left_beside(read_recipe(given["recipe"]), beside)
    said = {key: value for key, value in given.items() if value is not None and value is not False}
    unsaid = {key: value for key, value in left.keys.items() if key not in said}
    replace(left, keys=unsaid).check_trusted(trust=given["trust"])
    if note is not None:
        logger.info(note)
    return {**given, **left.keys, **said, "assignments": [*left.assigned, *given["assignments"]]}
