"""How a task or a set of tasks was found: kept in its file, written again with it, and of no meaning to any score."""

import json
from collections.abc import Mapping
from typing import Any

from tasks.foundation.errors import UsageError
from tasks.foundation.fields import record, refusal

MOST_CHARACTERS = 20_000
"""Characters of its JSON text."""
DEEPEST = 8
"""Objects and lists within each other."""


def settle_found_by(value: object) -> dict[str, Any] | None:
    """Return a copy of a JSON object as JSON reads it back, or None for None.

    Raises UsageError for what is no JSON object, or is longer than ``MOST_CHARACTERS`` or deeper than ``DEEPEST``.
    """
    if value is None:
        return None
    given = record("found_by", value)
    try:
        text = json.dumps(given, allow_nan=False)
        copy: dict[str, Any] = json.loads(text)
        depth = _depth(copy)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"found_by: not JSON: {error}") from error
    if len(text) > MOST_CHARACTERS or depth > DEEPEST:
        said = f"at most {MOST_CHARACTERS:,} characters, {DEEPEST} objects or lists deep, are needed"
        raise refusal("found_by", value, said)
    return copy


def with_found_by(fields: Mapping[str, Any], found_by: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the fields of a record, with ``found_by`` where there is any."""
    return {**fields, **({} if found_by is None else {"found_by": dict(found_by)})}


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)
