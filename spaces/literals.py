"""Lists, mappings and numbers that others publish as JSON or as Python writes them; nothing in them is evaluated."""

import ast
import json
import warnings
from collections.abc import Sequence

MOST_CHARACTERS = 10_000
"""Of a published text: a parser's memory and recursion are bounded by the length of what it reads."""
_OPENING = ("(", "[", "{")
_SHOWN = 60


def literal_of(text: str) -> object | None:
    """Return the list, tuple or mapping of a text, None for a text that begins with none of their brackets.

    Raises ValueError for one that is neither JSON nor a Python literal, or too long.
    """
    if not text.lstrip().startswith(_OPENING):
        return None
    check_length(text)
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = literal_value(parsed(text), "neither JSON nor a Python literal")
    return value


def parsed(text: str, otherwise: str = "neither JSON nor a Python literal") -> ast.expr:
    """Return the expression that a text is in Python; raises ValueError, which says ``otherwise``, for none."""
    check_length(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes and the like, which nobody here has written
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"{shown(text)} is {otherwise}") from None


def literal_value(node: ast.expr, otherwise: str) -> object:
    """Return the value of a literal; raises ValueError, which says ``otherwise``, for a call, a name or the like."""
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise ValueError(otherwise) from None
    return value


def operation_numbered(number: object, operations: Sequence[str]) -> str:
    """Return the operation that a compact form's number stands for; raises ValueError for any other number."""
    if type(number) is not int or not 0 <= number < len(operations):
        known = ", ".join(f"{place} {name}" for place, name in enumerate(operations))
        raise ValueError(f"operation {shown(number)} is none of {known}")
    return operations[number]


def check_length(text: str) -> None:
    """Raise ValueError for a text that is longer than any that is published."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"a published form has at most {MOST_CHARACTERS:,} characters, got {len(text):,}")


def shown(value: object) -> str:
    """Return the beginning of a value, as a message shows it."""
    return ascii(value)[:_SHOWN]
