"""Recipes: what ``python -m evo.run`` could be told by options, kept in a TOML file.

A recipe's keys are the long options without their dashes, ``max_minutes`` for ``--max-minutes``; its table ``set``
holds what ``--set`` would, e.g. ``fitness.steps = 25``. Paths in it mean what they would on the command line. What is
given on the command line has the last word; under another strategy, a recipe's population and tournament say nothing.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.constraints.size_options import size_options
from evo.engine.choices import parse_named, split_text
from evo.engine.plugins import DEFAULT_STRATEGY, SHORTHANDS
from evo.engine.trust import check_text
from evo.records.config import WITH_OPTIONS
from evo.records.search_objectives import parse_objectives
from tasks.foundation.command_line import parse_assignments
from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.plain_files import read_plain_text
from tasks.foundation.plugin_texts import MEMBERS
from tasks.foundation.trust import check_options, trusting

SHIPPED = Path(__file__).parents[1] / "recipes"
_ASSIGNED = "set"
_OF_ITS_STRATEGY = ("population", "tournament")  # left out where the command line names another


def add_recipe(given: Mapping[str, Any], types: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    """Return what a command line gives with what the recipe that it names adds; the same where it names none.

    types: what a recipe may say, and of which types; all but ``set``.

    Raises UsageError for a recipe that is unknown or wrong, and beside ``--resume``, where the run has it already.
    """
    if given["recipe"] is None:
        return dict(given)
    if given["resume"]:
        raise UsageError(f"--recipe {given['recipe']}: {given['resume']} keeps its own settings; give one of the two")
    path = _find(given["recipe"])
    recipe = _read(path)
    assigned = list(_assignments(path, recipe.pop(_ASSIGNED, {})))
    for key, value in recipe.items():
        _check(path, key, value, types)
    own = _options_given(given)
    assigned = [text for text in assigned if _target(text) not in own]
    recipe = {key: _without(key, value, own) for key, value in recipe.items() if _option(key) not in own}
    if _has_another_strategy(given, recipe):
        recipe = {key: value for key, value in recipe.items() if key not in _OF_ITS_STRATEGY}
    said = {key: value for key, value in given.items() if value is not None and value is not False}
    with trusting(given["trust"]):
        _check_trusted(path, {key: value for key, value in recipe.items() if key not in said})
        _check_options(path, assigned)
    return {**given, **recipe, **said, "assignments": [*assigned, *given["assignments"]]}


def _has_another_strategy(given: Mapping[str, Any], recipe: Mapping[str, object]) -> bool:
    """Return whether a command line brings another strategy than the recipe's, by its name or by its objectives."""
    theirs = _name(recipe.get("strategy", DEFAULT_STRATEGY))
    if given["strategy"] is not None:
        return _name(given["strategy"]) != theirs
    several = given.get("objectives") is not None and parse_objectives(given["objectives"])
    return bool(several) and "strategy" not in recipe


def _check_trusted(path: Path, recipe: Mapping[str, object]) -> None:
    """Raise UsageError for a plug-in that only the recipe names, and that is neither built in nor installed."""
    for axis in WITH_OPTIONS:
        if axis in recipe:
            check_text(path, axis, str(recipe[axis]))
    check_options(path, "space", size_options(str(recipe["constraint_size"])) if "constraint_size" in recipe else {})


def _check_options(path: Path, assigned: Sequence[str]) -> None:
    """Raise UsageError for an option of a recipe that names a module."""
    for axis, options in parse_assignments(assigned, WITH_OPTIONS).items():
        check_options(path, axis, options)


def _options_given(given: Mapping[str, Any]) -> set[str]:
    """Return the options that a command line gives in whatever way, as ``fitness.steps``."""
    texts = {axis: given[axis] for axis in WITH_OPTIONS if given.get(axis) is not None}
    written = {f"{axis}.{option}" for axis, text in texts.items() for option in split_text(text, f"--{axis}")[1]}
    flags = {_option(name) for name in SHORTHANDS if given.get(name) is not None}
    return {*map(_target, given["assignments"]), *written, *flags}


def _without(axis: str, text: object, options: Set[str]) -> object:
    """Return a plug-in's text in a recipe without such options as the command line gives; any other value as it is."""
    if axis not in WITH_OPTIONS:
        return text
    named = parse_named(str(text), f"--{axis}")
    left = {key: value for key, value in named.options.items() if f"{axis}.{key}" not in options}
    members = () if f"{axis}.{MEMBERS}" in options else named.members
    changed = replace(named, options=left, members=members)
    return text if changed == named else changed.quoted()


def _target(assignment: str) -> str:
    """Return the option that ``--set`` assigns to, as ``fitness.steps``."""
    return assignment.partition("=")[0].strip()


def _option(key: str) -> str:
    """Return the option that a key of a recipe stands for, nothing for none."""
    return ".".join(SHORTHANDS.get(key, ()))


def _name(text: object) -> str:
    """Return the name of a plug-in in its text."""
    return str(text).partition("(")[0].strip()


def shipped_recipes() -> list[str]:
    """Return the names of the recipes that come with the engine."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _find(name: str) -> Path:
    shipped = SHIPPED / f"{name}.toml"
    if name in shipped_recipes():
        return shipped
    if name.endswith(".toml") or "/" in name:
        return Path(name)
    raise unknown_name("recipe", name, [*shipped_recipes(), "a .toml file"])


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(read_plain_text(path))
    except OSError as error:
        raise UsageError(f"--recipe {path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:  # TOML's own error, and text that is not UTF-8
        raise UsageError(f"--recipe {path}: is no TOML ({error})") from error


def _check(path: Path, key: str, value: object, types: Mapping[str, tuple[type, ...]]) -> None:
    if key not in types:
        raise unknown_name(f"key in recipe {path}:", key, [*types, _ASSIGNED])
    if type(value) not in types[key]:  # a bool is no number here
        names = " or ".join(sorted(one.__name__ for one in types[key]))
        raise UsageError(f"--recipe {path}: {key} = {value!r}: {names} is needed")


def _assignments(path: Path, given: object) -> Iterator[str]:
    """Yield ``fitness.steps=25`` for ``{"fitness": {"steps": 25}}``."""
    for axis, options in _table(path, _ASSIGNED, given).items():
        for option, value in _table(path, f"{_ASSIGNED}.{axis}", options).items():
            if isinstance(value, dict | list):
                raise UsageError(f"--recipe {path}: {_ASSIGNED}.{axis}.{option} = {value!r}: one value is needed")
            yield f"{axis}.{option}={value}"


def _table(path: Path, name: str, given: object) -> dict[str, object]:
    if not isinstance(given, dict):
        raise UsageError(f"--recipe {path}: {name} = {given!r}: a table is needed, e.g. [set] fitness.steps = 25")
    return given
