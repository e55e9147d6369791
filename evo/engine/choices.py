"""What a caller means by a plug-in: a name, a text with options, a class, or an object of their own."""

import importlib
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evo.records.config import Choice, as_json
from evo.records.requests import PluginLike
from evo.records.told_apart import told_apart
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import NO_OPTIONS, PluginText, joined, parse_plugin
from tasks.foundation.plugins import PluginTable, Variant, later_options_of, option_parameters

SUPPLIED = ("source", "space")
_PLAIN = (str, int, float, bool, type(None))
_MISSING = object()
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
"""Where an object lies in memory, which is another place tomorrow."""
_LONGEST = 200


@dataclass(frozen=True)
class Chosen:
    """A plug-in as a configuration keeps it.

    made: the caller's own object, None where there is none
    by_name: whether it can be made again by its name
    """

    choice: Choice
    made: object | None = None
    by_name: bool = True


def choose(table: PluginTable, given: PluginLike, options: Mapping[str, object]) -> Chosen:
    """Return what a caller means, with ``options`` on top of those in a text; raises UsageError.

    A class is made with ``options``; an object has options of its own, and takes no others.
    """
    if isinstance(given, str):
        return _named(table, given, options)
    if inspect.isclass(given):
        name = _name_of(table, given)
        if _is_importable(given):
            return Chosen(Choice(name, table.resolve(name, options)))
        return _object(table, _made(table, given, options))
    if options:
        raise UsageError(
            f"{table.kind}.{min(options)}: {given!r} is an object, with options of its own; set them there"
        )
    return _object(table, given)


def choose_like(table: PluginTable, stored: Choice, given: PluginLike, options: Mapping[str, object]) -> Chosen:
    """Return what a caller means who has a stored plug-in before them: of its name, it has the options not given."""
    if name_of(table, given) != stored.name:
        return choose(table, given, options)
    own = split_text(given, f"--{table.kind}")[1] if isinstance(given, str) else {}
    named = stored.name if isinstance(given, str) else given
    return choose(table, named, {**stored.options, **joined(table.kind, own, options)})


def check_same(table: PluginTable, stored: Choice, given: PluginLike) -> None:
    """Raise UsageError where a caller means another plug-in than the stored one; of an object, by what it keeps."""
    chosen = choose_like(table, stored, given, NO_OPTIONS)
    ours, theirs = as_json(chosen.choice), as_json(stored)
    if chosen.made is not None:
        theirs["options"] = {name: value for name, value in theirs["options"].items() if name in ours["options"]}
    elif chosen.choice.name == stored.name:
        theirs = as_json(Choice(stored.name, table.resolve(stored.name, stored.options)))
    if ours != theirs:
        there, here = told_apart(theirs, ours)
        raise UsageError(f"{table.kind}={here}: the run has {there}; leave it out, or pass that one")


def name_of(table: PluginTable, given: PluginLike) -> str | None:
    """Return the name of a plug-in that is given by a text or as a class, None for an object."""
    if isinstance(given, str):
        return split_text(given, f"--{table.kind}")[0]
    return _name_of(table, given) if inspect.isclass(given) else None


def split_text(text: str, option: str) -> tuple[str, dict[str, object]]:
    """Return name and options of ``name(option=value, ...)``, its members as one of them; raises UsageError.

    That is where it has another form.
    """
    parsed = parse_named(text, option)
    return parsed.name, parsed.given()


def parse_named(text: str, option: str) -> PluginText:
    """Return the plug-in that an option of a command, such as ``--space``, names; raises UsageError."""
    example = f'"{option.lstrip("-")}(option=value)"'
    return parse_plugin(text, option=option, example=example, members=option != "--data")


def _named(table: PluginTable, text: str, options: Mapping[str, object]) -> Chosen:
    name, own = split_text(text, f"--{table.kind}")
    return Chosen(Choice(name, table.resolve(name, joined(table.kind, own, options))))


def _made(table: PluginTable, factory: Any, options: Mapping[str, object]) -> object:
    try:
        return factory(**options)
    except UsageError:
        raise
    except Exception as error:  # the caller's own class may raise anything
        raise UsageError(f"{table.kind} {factory.__name__} refuses its options: {error}") from error


def _object(table: PluginTable, given: object) -> Chosen:
    name = f"{given.__module__}:{given.__qualname__}" if inspect.isroutine(given) else _name_of(table, type(given))
    _check_strategy(table, table.accept(given, name))
    if inspect.isroutine(given):  # called as it is; by its name it would be called for a plug-in
        return Chosen(Choice(name), given, by_name=False)
    options, whole = _options_of(given)
    by_name = whole and _is_importable(type(given))
    return Chosen(Choice(name, options), given, by_name)


def _check_strategy(table: PluginTable, made: object) -> None:
    """Raise UsageError for a strategy that cannot be handed a space, or was handed one already."""
    from evo.strategies.base import SearchStrategy

    if table.kind != "strategy":
        return
    if not isinstance(made, SearchStrategy):
        raise UsageError(f"strategy {made!r} cannot be handed a space; derive it from evo.SearchStrategy")
    made.check_fresh()


def _name_of(table: PluginTable, made_by: type) -> str:
    """Return the name of a built-in class, ``module:qualified name`` of any other."""
    path = f"{made_by.__module__}:{made_by.__qualname__}"
    names = [name for name, target in table.builtin.items() if not isinstance(target, Variant) and target == path]
    return names[0] if names else path


def _is_importable(made_by: type) -> bool:
    """Return whether another process finds the class under its name."""
    if made_by.__module__ == "__main__" or "." in made_by.__qualname__:
        return False
    try:
        module = importlib.import_module(made_by.__module__)
    except ImportError:  # e.g. a file that was run under a name of its own
        return False
    return getattr(module, made_by.__name__, None) is made_by


def _options_of(made: object) -> tuple[dict[str, object], bool]:
    """Return the options that an object was made with, as far as it keeps them, and whether it keeps them all.

    One is kept as an attribute of its name, or of its name behind an underscore. What JSON does not know is kept as a
    text, which tells other objects apart but does not bring this one back; nothing else of the object is kept. An
    option that its class got later is left out at its default, as it is of one by name.
    """
    kept: dict[str, object] = {}
    known, later = option_parameters(type(made)), later_options_of(type(made))
    names = [name for name in known if name not in SUPPLIED]
    for name in names:
        value = getattr(made, name, getattr(made, f"_{name}", _MISSING))
        if _is_plain(value):
            kept[name] = value
        elif value is not _MISSING and not _ADDRESS.search(text := repr(value)):
            kept[name] = text[:_LONGEST]
    whole = all(_is_plain(getattr(made, name, getattr(made, f"_{name}", _MISSING))) for name in names)
    told = {name: value for name, value in kept.items() if name not in later or value != known[name].default}
    return told, whole and not _takes_more(type(made))


def _takes_more(made_by: type) -> bool:
    """Return whether a class takes arguments that have no name of their own."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    own = made_by.__init__ is not object.__init__  # type: ignore[misc]  # which says that it takes whatever there is
    return own and any(one.kind in kinds for one in inspect.signature(made_by).parameters.values())


def _is_plain(value: object) -> bool:
    """Return whether JSON knows a value."""
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(one) for key, one in value.items())
    return isinstance(value, _PLAIN)
