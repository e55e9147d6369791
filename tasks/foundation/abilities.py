"""What a plug-in may have beside what it must have: defaults for what it lacks, and names that are almost right."""

import difflib
import inspect
from collections.abc import Collection, Iterator, Mapping

LEAST_LIKENESS = 0.8
"""Ratio of ``difflib`` from which a method's name is taken for another one that was misspelt."""
LEAST_LIKENESS_OF_VALUES = 0.85
"""The same of attributes, whose names are short common words: ``ready`` is not ``reads``."""


def public_names(base: type) -> list[str]:
    """Return the names that a class declares or inherits; not private ones, nor ``of``, which adapts others to it."""
    return [name for name in dir(base) if not name.startswith("_") and name != "of"]


def abilities_of(plain: object, base: type) -> dict[str, object]:
    """Return what an object has of the names that ``base`` declares."""
    return {name: getattr(plain, name) for name in public_names(base) if hasattr(plain, name)}


def misspelling(made: object, known: Mapping[str, bool], base: type | None = None) -> tuple[str, str] | None:
    """Return a name of ``made`` that is almost a known one, and that one; None where there is none.

    A name counts as misspelt where it begins with the same letter, is a method if the known one is, and the known one
    itself is missing, or is only the default that ``base`` declares.

    known: every name of the contract, and whether it is a method's
    """
    own = _own_names(made, base)
    missing = [name for name in known if name not in own]
    for name, is_method in own.items():
        if name not in known:
            similar = (other for other in missing if other[0] == name[0] and known[other] == is_method)
            least = LEAST_LIKENESS if is_method else LEAST_LIKENESS_OF_VALUES
            nearest = difflib.get_close_matches(name, similar, n=1, cutoff=least)
            if nearest:
                return name, nearest[0]
    return None


def _own_names(made: object, base: type | None) -> dict[str, bool]:
    """Return the public names of an object or class that ``base`` does not give it, and whether each is a method's."""
    kind = made if inspect.isclass(made) else type(made)
    names = dict.fromkeys(name for each in _below(kind, base) for name in vars(each))
    attributes = {name: inspect.getattr_static(kind, name) for name in names} | getattr(made, "__dict__", {})
    return {name: _is_method(value) for name, value in attributes.items() if not name.startswith("_")}


def _below(kind: type, base: type | None) -> Iterator[type]:
    inherited: Collection[type] = base.__mro__ if base else (object,)
    return (each for each in kind.__mro__ if each not in inherited)


def _is_method(value: object) -> bool:
    is_function = callable(value) and not inspect.isclass(value)  # a class may be a value, e.g. of a space's ``reads``
    return is_function or isinstance(value, classmethod | staticmethod)
