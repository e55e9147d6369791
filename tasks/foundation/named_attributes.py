"""``module:attribute``: what a caller names is imported, and is called only where it makes a plug-in.

That is a class with the methods of the plug-in's kind, or a function of the module whose return annotation is one.
"""

import importlib
import inspect
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tasks.foundation.errors import UsageError

MAIN = "__main__"


def import_attribute(kind: str, path: str) -> Callable[..., Any]:
    """Return what ``module:attribute`` names, which is callable; raises UsageError where it cannot be imported."""
    module_name, _, attribute = path.partition(":")
    if not _is_dotted(module_name) or not _is_dotted(attribute):  # a file may be called anything, and be imported
        raise UsageError(f"{kind} {path!r}: is no module:attribute, as in mine:Mine; nothing is imported")
    here = str(Path.cwd())
    if here not in sys.path:  # a user's own file beside the command
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:  # a user's module may raise anything while it is imported
        raise UsageError(f"{kind} {path!r} cannot be imported: {said(error)}") from error
    factory = getattr(module, attribute, None)
    if not callable(factory):
        raise UsageError(f"{kind} {path!r}: module {module_name!r} has nothing callable named {attribute!r}")
    return typing.cast(Callable[..., Any], factory)


def _is_dotted(name: str) -> bool:
    """Return whether a text is a name of Python, or several with dots between."""
    return all(part.isidentifier() for part in name.split("."))


def check_makes_plugin(kind: str, path: str, factory: Callable[..., Any], is_plugin: Callable[[type], bool]) -> None:
    """Raise UsageError where what ``path`` names is neither a class of the kind nor a function annotated to return one.

    is_plugin: whether a class has the methods of the kind. Nothing is called.
    """
    if inspect.isclass(factory):
        if not is_plugin(factory):
            raise UsageError(f"{kind} {path!r}: the class {factory.__name__} lacks methods of a {kind}; see README")
        return
    made = _returned(factory) if _is_own_function(factory, path) else None
    if made is None or not is_plugin(made):
        raise UsageError(
            f"{kind} {path!r}: is neither a class with the methods of a {kind}, nor a function of that module whose "
            "return annotation is such a class; it is not called"
        )


def has_methods(made_by: type, methods: tuple[str, ...]) -> bool:
    """Return whether a class gives its objects these methods; ``__call__`` of the class itself is none of them."""
    return all(any(callable(vars(each).get(method)) for each in made_by.__mro__) for method in methods)


def said(error: BaseException) -> str:
    """Return an exception's words, with its type where they alone say little."""
    return str(error) if isinstance(error, ValueError | TypeError | ImportError) else f"{type(error).__name__}: {error}"


def _is_own_function(factory: Callable[..., Any], path: str) -> bool:
    return inspect.isfunction(factory) and factory.__module__ in (path.partition(":")[0], MAIN)


def _returned(function: Callable[..., Any]) -> type | None:
    """Return the class that a function is annotated to return, None where it says none."""
    try:
        annotation = typing.get_type_hints(function).get("return")
    except Exception:  # names that only a type checker imports, and whatever else a text may hold
        return None
    made = typing.get_origin(annotation) or annotation
    return made if inspect.isclass(made) else None
