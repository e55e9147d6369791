"""Names to plug-ins: built-in names, entry points and ``module:attribute``, imported when first asked for.

A plug-in is anything callable that returns the object its folder's contract describes; its keyword parameters are
its options, and their annotations say what ``--set`` may assign to them.
"""

import importlib
import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from tasks.errors import UsageError, unknown_name

Factory = Callable[..., Any]


@runtime_checkable
class Settling(Protocol):
    """A plug-in whose options name something that may change, e.g. a file."""

    def settle(self, options: dict[str, object]) -> dict[str, object]:
        """Return the options with what they name put in its place, so that they mean the same tomorrow."""
        ...


@dataclass(frozen=True)
class PluginTable:
    """The plug-ins of one kind.

    kind: what an error message calls one of them, e.g. ``"space"``; group: the entry-point group that third
    parties use; builtin: name -> ``module:attribute``; supplied: parameters that the engine fills, not the user.
    """

    kind: str
    group: str
    builtin: Mapping[str, str]
    supplied: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """Return every known name, built in or installed."""
        return sorted({*self.builtin, *(point.name for point in entry_points(group=self.group))})

    def load(self, name: str) -> Factory:
        """Return the factory called ``name``; raises UsageError where there is none or it cannot be imported."""
        if ":" in name:
            return _import_attribute(self.kind, name)
        if name in self.builtin:
            return _import_attribute(self.kind, self.builtin[name])
        for point in entry_points(group=self.group):
            if point.name == name:
                return _import_attribute(self.kind, point.value)
        raise unknown_name(self.kind, name, self.names())

    def resolve(self, name: str, options: Mapping[str, object]) -> dict[str, object]:
        """Return all options of a plug-in, ``options`` checked and converted, the rest at their defaults.

        Raises UsageError for an unknown option, a missing one, or a value that its annotation does not allow.
        """
        factory = self.load(name)
        known = {key: p for key, p in option_parameters(factory).items() if key not in self.supplied}
        for option in options:
            if option not in known:
                raise unknown_name(f"option of {self.kind} {name!r}:", option, known)
        hints = _annotations(factory)
        resolved = {key: p.default for key, p in known.items()}
        for key, value in options.items():
            if value != known[key].default:  # a default may be of any type, e.g. None
                resolved[key] = _convert(f"{self.kind}.{key}", value, hints.get(key, _type_of(known[key].default)))
        for key, value in resolved.items():
            if value is inspect.Parameter.empty:
                raise UsageError(
                    f"{self.kind} {name!r} needs {self.kind}.{key}: give it by --set {self.kind}.{key}=VALUE"
                )
        return factory.settle(resolved) if isinstance(factory, Settling) else resolved

    def build(self, name: str, options: Mapping[str, object], **supplied: object) -> Any:
        """Return the plug-in made with ``options``; raises UsageError where it refuses them."""
        resolved = {**self.resolve(name, options), **supplied}
        try:
            return self.load(name)(**resolved)
        except UsageError:
            raise
        except (TypeError, ValueError, OSError) as error:
            raise UsageError(f"{self.kind} {name!r} refuses its options: {error}") from error


def option_parameters(factory: Factory) -> dict[str, inspect.Parameter]:
    """Return the keyword parameters of a factory by name."""
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {p.name: p for p in inspect.signature(factory).parameters.values() if p.kind in kinds}


def _annotations(factory: Factory) -> dict[str, Any]:
    target = factory.__init__ if inspect.isclass(factory) else factory
    try:
        return typing.get_type_hints(target)
    except NameError:  # names that only a type checker imports
        return {}


def _type_of(default: object) -> Any:
    """Return what an option without annotation takes: the type of its default, text where that says nothing."""
    return str if default is None or default is inspect.Parameter.empty else type(default)


def _convert(option: str, value: object, annotation: Any) -> object:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(annotation).validate_python(value)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise UsageError(f"{option}={value!r}: {reason[0].lower()}{reason[1:]}") from error


def _import_attribute(kind: str, path: str) -> Factory:
    module_name, _, attribute = path.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:  # a user's own file beside the command
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # a user's module may raise anything while it is imported
        raise UsageError(f"{kind} {path!r} cannot be imported: {error}") from error
    factory = getattr(module, attribute, None)
    if not callable(factory):
        raise UsageError(f"{kind} {path!r}: module {module_name!r} has nothing callable named {attribute!r}")
    return typing.cast(Factory, factory)
