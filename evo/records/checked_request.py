"""Requests that hold what their fields say: a wrong type is told before anything is written."""

import sys
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from tasks.foundation.errors import UsageError

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class CheckedRequest:
    """A frozen dataclass of what somebody asks for; raises UsageError for a field of another type.

    A number of numpy becomes a plain one, and a text a path where a path is needed, or the other way round. A field
    that may be anything is not looked at.
    """

    def __post_init__(self) -> None:
        """Check every field that has another value than its default."""
        hints = typing.get_type_hints(type(self))
        for field in fields(self):  # type: ignore[arg-type]  # every request is a dataclass
            given, annotation = getattr(self, field.name), hints[field.name]
            if not _is_default(field, given) and not _takes_anything(annotation):
                if given == "" and _is_path(annotation):
                    raise UsageError(f"{field.name}='': an empty text names no file or folder")
                value = _plain(given, annotation)
                _check(field.name, value, annotation)
                object.__setattr__(self, field.name, value)


def _is_default(field: "Field[Any]", given: object) -> bool:
    if field.default_factory is not MISSING:
        return bool(given == field.default_factory())
    return given is field.default


def _takes_anything(annotation: Any) -> bool:
    return annotation is Any or Any in typing.get_args(annotation)


def _is_path(annotation: Any) -> bool:
    """Return whether a field holds a path and no text."""
    kinds = (annotation, *typing.get_args(annotation))
    return Path in kinds and str not in kinds


def _plain(given: Any, annotation: Any) -> Any:
    """Return what was given, without the types of numpy, and as a path or a text, whichever is needed."""
    if isinstance(given, Mapping):
        return {name: _plain(value, None) for name, value in given.items()}
    numpy: Any = sys.modules.get("numpy")  # not loaded: nobody can have given a number of it
    if numpy is not None and isinstance(given, numpy.generic):
        return given.item()
    if isinstance(given, str) and _is_path(annotation):
        return Path(given)
    kinds = (annotation, *typing.get_args(annotation))
    return str(given) if isinstance(given, PurePath) and str in kinds else given


def _check(name: str, value: object, annotation: Any) -> None:
    from pydantic import ValidationError

    try:
        _adapter(annotation).validate_python(value, strict=True)
    except ValidationError as error:
        reasons = dict.fromkeys(one["msg"] for one in error.errors())  # one for each type it may have
        allowed = ", or ".join(f"{reason[0].lower()}{reason[1:]}" for reason in reasons)
        raise UsageError(f"{name}={value!r}: {allowed}") from error


@cache
def _adapter(annotation: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(annotation)
