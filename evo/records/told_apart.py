"""Values of two configurations as a refusal shows them: short, and so that they can be told apart."""

from collections.abc import Mapping
from typing import TypeGuard

from tasks.foundation.errors import bounded

LONGEST = 120
"""Characters of one value."""


def told_apart(there: object, here: object) -> tuple[str, str]:
    """Return two values of a configuration's JSON in words.

    A plug-in is its name with its options: of two long ones of one name those that differ. A list is what it lists by
    their labels where they have any, as the members of a plug-in have.
    """
    texts = _text(there), _text(here)
    if max(map(len, texts)) > LONGEST and isinstance(there, Mapping) and isinstance(here, Mapping):
        texts = _text(_without_equals(there, here)), _text(_without_equals(here, there))
    return bounded(texts[0], LONGEST), bounded(texts[1], LONGEST)


def _without_equals(plugin: Mapping[str, object], other: Mapping[str, object]) -> dict[str, object]:
    """Return a plug-in without the options that another of its name has as well."""
    own, others = (each.get("options") for each in (plugin, other))
    if plugin.get("name") != other.get("name") or not isinstance(own, Mapping) or not isinstance(others, Mapping):
        return dict(plugin)
    differ = {key: value for key, value in own.items() if key not in others or others[key] != value}
    return {**plugin, "options": differ}


def _text(value: object) -> str:
    if _is_listing(value):
        return ",".join(map(_text, value))
    if not isinstance(value, Mapping) or ("name" not in value and "label" not in value):
        return str(value)
    if "label" in value:
        return str(value["label"])
    options = value.get("options")
    each = options.items() if isinstance(options, Mapping) else ()
    return f"{value['name']}({','.join(f'{key}={_option(option)}' for key, option in each)})"


def _option(value: object) -> str:
    return f"[{_text(value)}]" if _is_listing(value) else str(value)


def _is_listing(value: object) -> TypeGuard[list[Mapping[str, object]]]:
    """Return whether a value lists plug-ins."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
