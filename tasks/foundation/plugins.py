"""Names to plug-ins: built-in names, entry points and ``module:attribute``, imported when first asked for.

A plug-in is anything callable that returns the object its folder's contract describes; its keyword parameters are
its options, and their annotations say what ``--set`` may assign to them.
"""

import functools
import inspect
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol, runtime_checkable

from tasks.foundation.abilities import misspelling, public_names
from tasks.foundation.errors import UsageError, bounded, unknown_name
from tasks.foundation.named_attributes import check_makes_plugin, has_methods, import_attribute, said
from tasks.foundation.plugin_texts import MEMBERS, PluginText

Factory = Callable[..., Any]

_LONGEST_VALUE = 120
"""Characters of a value that an error quotes."""
_OF_ANY_KIND = ("parts", "settle")
"""Methods that a plug-in of any kind may have, see below."""
_TRAITS_OF_ANY_KIND = ("later_options",)


@runtime_checkable
class Settling(Protocol):
    """A plug-in whose options name something that may change, e.g. a file."""

    def settle(self, options: dict[str, object]) -> dict[str, object]:
        """Return the options with what they name put in its place, so that they mean the same tomorrow.

        Plug-ins that were written within its parentheses are the option ``members``, a list of ``PluginText``, or
        whatever else was given as that option.
        """
        ...


@runtime_checkable
class Grown(Protocol):
    """A plug-in with options that its first versions did not have; their defaults mean what was done before them."""

    @property
    def later_options(self) -> tuple[str, ...]:
        """Their names: each is left out of a configuration at its default, so that folders from before go on."""
        ...


@runtime_checkable
class Composed(Protocol):
    """A plug-in that is made around another, which an option names, and takes that one's options beside its own."""

    def parts(self, options: Mapping[str, object]) -> Sequence[Factory]:
        """Return the factories of what it would be made around."""
        ...


@dataclass(frozen=True)
class Variant:
    """A built-in plug-in that is another one with some parameters fixed: ``target`` as ``module:attribute``."""

    target: str
    fixed: Mapping[str, object]


@dataclass(frozen=True)
class PluginTable:
    """The plug-ins of one kind.

    kind: what an error message calls one of them, e.g. ``"space"``
    group: the entry-point group that third parties use
    builtin: name -> ``module:attribute``, or a variant of one
    supplied: parameters that the engine fills, not the user
    methods: what every plug-in of the kind must have
    abilities: methods that it may have beside those
    traits: attributes that it may have and that are no methods
    base: ``module:Class`` with defaults for abilities and traits, which then need not be listed; its class method
        ``of`` adapts an object that is not derived from it
    """

    kind: str
    group: str
    builtin: Mapping[str, str | Variant]
    supplied: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    base: str = ""

    def names(self) -> list[str]:
        """Return every known name, built in or installed."""
        return sorted({*self.builtin, *(point.name for point in entry_points(group=self.group))})

    def listed(self) -> list[str]:
        """Return every known name, the built-in ones first and as they stand in the table."""
        return [*self.builtin, *(name for name in self.names() if name not in self.builtin)]

    def load(self, name: str) -> Factory:
        """Return the factory called ``name``; raises UsageError where there is none or it cannot be imported."""
        if ":" in name:
            factory = import_attribute(self.kind, name)
            check_makes_plugin(self.kind, name, factory, self.is_plugin)
            return factory
        if name in self.builtin:
            return self._load_builtin(self.builtin[name])
        for point in entry_points(group=self.group):
            if point.name == name:
                return import_attribute(self.kind, point.value)
        raise unknown_name(self.kind, name, self.names())

    def is_plugin(self, made_by: type) -> bool:
        """Return whether the objects of a class have the methods of this kind."""
        return has_methods(made_by, self.methods)

    def is_foreign(self, name: str) -> bool:
        """Return whether a name is neither built in nor installed, so that to load it imports a module it names."""
        return ":" in name and name not in self.names()

    def _load_builtin(self, plugin: str | Variant) -> Factory:
        if isinstance(plugin, str):
            return import_attribute(self.kind, plugin)
        return functools.partial(import_attribute(self.kind, plugin.target), **plugin.fixed)

    def resolve(self, name: str, options: Mapping[str, object]) -> dict[str, object]:
        """Return all options of a plug-in, ``options`` checked and converted, the rest at their defaults.

        Raises UsageError for an unknown option, a missing one, or a value that its annotation does not allow.
        """
        return self._resolve(self.load(name), name, options)

    def _resolve(self, factory: Factory, name: str, options: Mapping[str, object]) -> dict[str, object]:
        factories = [*_parts(factory, options), factory]
        known = {key: p for each in factories for key, p in option_parameters(each).items() if key not in self.supplied}
        for option in options:
            if option not in known:
                raise self._unknown_option(name, option, options[option], known)
        hints = {key: hint for each in factories for key, hint in _annotations(each).items()}
        resolved = {key: p.default for key, p in known.items()}
        for key, value in options.items():
            if value != known[key].default:  # a default may be of any type, e.g. None
                resolved[key] = _convert(f"{self.kind}.{key}", value, hints.get(key, _type_of(known[key].default)))
        for key, value in resolved.items():
            if value is inspect.Parameter.empty:
                raise self._missing(factory, name, key)
        settled = factory.settle(resolved) if isinstance(factory, Settling) else _plain_members(resolved)
        later = {key for each in factories for key in later_options_of(each)}
        return {key: value for key, value in settled.items() if key not in later or value != known[key].default}

    def _unknown_option(self, name: str, option: str, value: object, known: Iterable[str]) -> UsageError:
        """Return the error for an option that a plug-in does not have, or for members of one that takes none."""
        texts = _texts(value)
        if option != MEMBERS or not texts:
            return unknown_name(f"option of {self.kind} {name!r}:", option, known)
        members = bounded(",".join(map(str, texts)), _LONGEST_VALUE)
        return UsageError(
            f"{self.kind} {bounded(repr(name), _LONGEST_VALUE)} takes no members ({members}); write option=value"
        )

    def _missing(self, factory: Factory, name: str, key: str) -> UsageError:
        """Return the error for an option without a default that was not given."""
        needed = f"{self.kind} {name!r} needs {self.kind}.{key}: give it by --set {self.kind}.{key}=VALUE"
        if not self.supplied or set(self.supplied) & set(option_parameters(factory)):
            return UsageError(needed)
        given = " or ".join(map(repr, self.supplied))
        return UsageError(f"{needed}; what the engine itself hands over is a parameter called {given}")

    def build(self, name: str, options: Mapping[str, object], **supplied: object) -> Any:
        """Return the plug-in made with ``options`` and what it takes of ``supplied``; raises UsageError.

        That is where an option is wrong, or the plug-in refuses it or lacks a method.
        """
        return self.make(self.load(name), name, options, **supplied)

    def make(self, factory: Factory, name: str, options: Mapping[str, object], **supplied: object) -> Any:
        """Return what ``factory``, a class of the caller's own too, makes; as ``build`` otherwise."""
        resolved = self._resolve(factory, name, options)
        taken = {key: value for key, value in supplied.items() if key in option_parameters(factory)}
        try:
            made = factory(**resolved, **taken)
        except UsageError:
            raise
        except (Exception, SystemExit) as error:  # a user's plug-in may raise anything
            raise UsageError(f"{self.kind} {name!r} refuses its options: {said(error)}") from error
        return self.accept(made, name)

    def required(self, made: object) -> tuple[str, ...]:
        """Return the methods that a plug-in of this kind must have."""
        return self.methods

    def accept(self, made: object, name: str) -> Any:
        """Return a plug-in that is made already, a caller's own object too, with defaults for what it may lack.

        Raises UsageError where it lacks a method that it must have, or has a name that is almost one of its kind's.

        name: what its kind's error messages call it
        """
        base = self._base()
        self.check_spelling(made, name)
        missing = [method for method in self.required(made) if not callable(getattr(made, method, None))]
        if missing:
            raise UsageError(f"{self.kind} {name!r} makes {made!r}, which has no {missing[0]}(): see README, Your own")
        return made if base is None else base.of(made)

    def check_spelling(self, made: object, name: str) -> None:
        """Raise UsageError where an object or a class has a name that is almost one of its kind's."""
        base = self._base()
        declared = {each: callable(getattr(base, each)) for each in public_names(base)} if base else {}
        methods = dict.fromkeys((*self.required(made), *self.abilities, *_OF_ANY_KIND), True)
        traits = dict.fromkeys((*self.traits, *_TRAITS_OF_ANY_KIND), False)
        found = misspelling(made, {**declared, **methods, **traits}, base)
        if found:
            written, meant = found
            raise UsageError(
                f"{self.kind} {name!r} has {written!r}, which is almost {meant!r}; did you mean {meant!r}? If not, "
                "call it otherwise"
            )

    def _base(self) -> Any:
        """Return the class with the defaults of this kind, or None."""
        return import_attribute(self.kind, self.base) if self.base else None


def option_parameters(factory: Factory) -> dict[str, inspect.Parameter]:
    """Return the keyword parameters of a factory by name, without those that a variant fixes."""
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    try:
        signature = inspect.signature(factory)
    except (TypeError, ValueError) as error:  # some functions written in C
        raise UsageError(f"{factory!r} does not say which options it takes; wrap it in a class of your own") from error
    fixed = factory.keywords if isinstance(factory, functools.partial) else {}
    return {p.name: p for p in signature.parameters.values() if p.kind in kinds and p.name not in fixed}


def later_options_of(factory: Factory) -> tuple[str, ...]:
    """Return the options of a plug-in, or of a variant of one, that are left out at their defaults."""
    made = factory.func if isinstance(factory, functools.partial) else factory
    return made.later_options if isinstance(made, Grown) else ()


def _parts(factory: Factory, options: Mapping[str, object]) -> Sequence[Factory]:
    """Return the factories of what a composed plug-in would be made around; none for any other."""
    if isinstance(factory, functools.partial):
        return _parts(factory.func, {**options, **factory.keywords})
    return factory.parts(options) if isinstance(factory, Composed) else []


def _texts(value: object) -> list[PluginText]:
    """Return the plug-ins in an option's value that were written within parentheses."""
    return [one for one in value if isinstance(one, PluginText)] if isinstance(value, list | tuple) else []


def _plain_members(options: dict[str, object]) -> dict[str, object]:
    """Return the options of a plug-in that settles none, its members as the texts that JSON can hold."""
    texts = _texts(options.get(MEMBERS))
    return {**options, MEMBERS: [one.quoted() for one in texts]} if texts else options


def _annotations(factory: Factory) -> dict[str, Any]:
    factory = factory.func if isinstance(factory, functools.partial) else factory
    target = factory.__init__ if inspect.isclass(factory) else factory
    try:
        return typing.get_type_hints(target)
    except NameError:  # names that only a type checker imports
        return {}


def _type_of(default: object) -> Any:
    """Return what an option without annotation takes: the type of its default, text where that says nothing."""
    return str if default is None or default is inspect.Parameter.empty else type(default)


def _convert(option: str, value: object, annotation: Any) -> object:
    from pydantic import ConfigDict, PydanticSchemaGenerationError, TypeAdapter, ValidationError

    try:
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        except PydanticSchemaGenerationError:  # a class of ours or of a third party's: its objects are taken
            adapter = TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))
        return adapter.validate_python(value)
    except ValidationError as error:
        reasons = (one["msg"] for one in error.errors())  # one for each type it may have
        allowed = ", or ".join(f"{reason[0].lower()}{reason[1:]}" for reason in reasons)
        raise UsageError(f"{option}={_said_value(value)}: {allowed}") from error


def _said_value(value: object) -> str:
    """Return a value as an error quotes it."""
    texts = _texts(value)
    return bounded(repr(",".join(map(str, texts)) if texts else value), _LONGEST_VALUE)
