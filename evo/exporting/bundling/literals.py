"""Values as Python source, laid out as formatters do."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from tasks.foundation.errors import UsageError

LINE = 120
"""Characters of a line of source."""
_INDENT = 4
_PLAIN = (str, int, float, bool, type(None))


def literal(value: object, *, used: int = 0, indent: int = 0) -> str:
    """Return source that makes a value; raises UsageError, naming its type, for one that source cannot spell.

    used: characters of the line before and behind it; indent: of that line
    """
    whole = _whole(value)
    if used + len(whole) <= LINE or not _parts(value):
        return whole
    opening, closing = _brackets(value)
    inner = indent + _INDENT
    lines = [word + literal(part, used=inner + len(word) + 1, indent=inner) for word, part in _parts(value)]
    entries = "".join(f"{' ' * inner}{line},\n" for line in lines)
    return f"{opening}\n{entries}{' ' * indent}{closing}"


def _whole(value: object) -> str:
    """Return a value in one line."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, _PLAIN) and not (isinstance(value, float) and value in (float("inf"), -float("inf"))):
        return repr(value)
    if isinstance(value, tuple | list | Mapping) or _is_record(value):
        opening, closing = _brackets(value)
        inner = ", ".join(f"{word}{_whole(part)}" for word, part in _parts(value))
        return f"{opening}{inner}{',' if type(value) is tuple and len(value) == 1 else ''}{closing}"
    raise UsageError(f"a {type(value).__name__} cannot be written as source")


def _quoted(text: str) -> str:
    """Return a text in double quotation marks, or in single ones where that needs fewer backslashes."""
    shown = repr(text)
    return shown if shown[0] == '"' or '"' in text else f'"{shown[1:-1]}"'


def _is_record(value: object) -> bool:
    return (is_dataclass(value) and not isinstance(value, type)) or _is_named_tuple(value)


def _is_named_tuple(value: object) -> bool:
    return isinstance(value, tuple) and type(value) is not tuple


def _brackets(value: object) -> tuple[str, str]:
    if isinstance(value, list):
        return "[", "]"
    if isinstance(value, Mapping):
        return "{", "}"
    return (f"{type(value).__name__}(" if _is_record(value) else "("), ")"


def _parts(value: Any) -> list[tuple[str, Any]]:
    """Return what a value is made of, each with what stands before it; nothing of a plain one."""
    if isinstance(value, Mapping):
        return [(f"{_whole(key)}: ", part) for key, part in value.items()]
    if _is_named_tuple(value):
        return [(f"{name}=", part) for name, part in zip(value._fields, value, strict=True)]
    if isinstance(value, tuple | list):
        return [("", part) for part in value]
    return [(f"{each.name}=", getattr(value, each.name)) for each in _said(value)] if _is_record(value) else []


def _said(value: Any) -> Iterator["Field[Any]"]:
    """Yield the fields of a record that differ from their defaults."""
    for each in fields(value):
        if each.init and (each.default is MISSING or getattr(value, each.name) != each.default):
            yield each


def records_in(value: object) -> Iterator[type]:
    """Yield the types of records and enums in a value, whose definitions its source needs."""
    if isinstance(value, enum.Enum) or _is_record(value):
        yield type(value)
    for _, part in _parts(value):
        yield from records_in(part)
