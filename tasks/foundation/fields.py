"""Fields of records that people write by hand: each is checked once and refused in words that name it.

Every function raises UsageError and returns the plain Python value, also where it was given a NumPy one.
"""

import math
import reprlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, fields, is_dataclass
from numbers import Integral, Real
from typing import Any

from tasks.foundation.errors import UsageError, unknown_name

LARGEST = 100_000  # of whole numbers: sizes beyond it are typing errors


@contextmanager
def located(where: str) -> Iterator[None]:
    """Put ``where: `` in front of any UsageError raised inside."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error


def refusal(name: str, value: object, needed: str) -> UsageError:
    """Return the error for a field whose value is not what is needed."""
    return UsageError(f"{name}={reprlib.repr(value)}: {needed}")


def number(name: str, value: object) -> float:
    """Return a finite number as float; true and false are not numbers."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise refusal(name, value, "a number is needed")
    try:
        plain = float(value)
    except OverflowError:  # a whole number beyond every float
        plain = math.inf
    if not math.isfinite(plain):
        raise refusal(name, value, "a finite number is needed")
    return plain


def positive(name: str, value: object) -> float:
    """Return a finite number above zero as float."""
    checked = number(name, value)
    if checked <= 0:
        raise refusal(name, value, "a number above 0 is needed")
    return checked


def whole(name: str, value: object) -> int:
    """Return a whole number from 1 to LARGEST as int; true and false are not numbers."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not 1 <= int(value) <= LARGEST:
        raise refusal(name, value, f"a whole number from 1 to {LARGEST} is needed")
    return int(value)


def flag(name: str, value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise refusal(name, value, "true or false is needed")
    return value


def text(name: str, value: object) -> str:
    """Return a string that is not empty."""
    if not isinstance(value, str) or not value:
        raise refusal(name, value, "a string is needed")
    return value


def items(name: str, value: object) -> tuple[Any, ...]:
    """Return the elements of a list or tuple."""
    if not isinstance(value, (list, tuple)):
        raise refusal(name, value, "a list is needed")
    return tuple(value)


def record(name: str, value: object) -> dict[str, Any]:
    """Return a copy of a mapping, i.e. of a JSON object."""
    if not isinstance(value, Mapping):
        raise refusal(name, value, "an object is needed")
    return dict(value)


def check_keys(given: Mapping[str, object], record_type: type) -> None:
    """Raise UsageError unless ``given`` has only fields of a dataclass, and all that have no default."""
    assert is_dataclass(record_type)
    known = {f.name: f for f in fields(record_type)}
    for key in given:
        if key not in known:
            raise unknown_name("key", str(key), known)
    for key, field in known.items():
        if key not in given and field.default is MISSING and field.default_factory is MISSING:
            raise UsageError(f"{key!r} is missing (keys: {', '.join(known)})")


def settle(frozen: object, **values: object) -> None:
    """Store checked values in a frozen record; only its own ``__post_init__`` may call this."""
    for name, value in values.items():
        object.__setattr__(frozen, name, value)
