"""What a folder may make this process import: what is built in or installed, and what the caller names again."""

from collections.abc import Mapping, Set
from contextvars import Context
from dataclasses import replace
from pathlib import Path

from evo.engine.choices import split_text
from evo.engine.data_options import passed_again
from evo.engine.plugins import table_of
from evo.records.config import WITH_OPTIONS, Choice, SearchConfig
from evo.records.requests import PluginLike
from tasks.foundation.errors import UsageError
from tasks.foundation.plugins import PluginTable
from tasks.foundation.trust import FLAG, check_name, check_options

DATA = "data"
EVERYTHING = frozenset(WITH_OPTIONS)
TAKEN = frozenset((*WITH_OPTIONS, *(f"{axis}.*" for axis in WITH_OPTIONS)))
"""What a command that takes every axis, and the options of every axis, can be told again."""


def named_again(
    given: Mapping[str, PluginLike | None], options: Mapping[str, Mapping[str, object]] | None = None
) -> set[str]:
    """Return what a caller names: ``space`` for that axis, ``space.depth`` for an option, ``space.*`` for all of them.

    given: by axis a text, a class, or an object, which has all its options; options: beside those in the texts
    """
    named = {f"{axis}.{option}" for axis, each in (options or {}).items() for option in each}
    for axis, plugin in given.items():
        if plugin is not None:
            named |= {axis, *_options_of(axis, plugin)}
    return named


def check_trusted(
    path: Path, config: SearchConfig, named: Set[str], *, axes: Set[str] = EVERYTHING, taken: Set[str] = TAKEN
) -> None:
    """Raise UsageError where a folder's configuration names a module of somebody's own that the caller does not name.

    named: what the caller names again, see ``named_again``
    axes: those that are about to be made, ``data`` among them; taken: what the caller could name, as in ``TAKEN``
    """
    for axis in WITH_OPTIONS:
        if axis in axes:
            _check_axis(path, config, axis, named, taken)
    check_options(path, "space", config.constraint_size, by_set=False)


def trust_flag(path: Path, config: SearchConfig, *, axes: Set[str] = EVERYTHING) -> str:
    """Return the option, a space before it, that a command needs to import what a folder names; empty for none."""
    plain = replace(config, objects=())
    try:
        Context().run(lambda: check_trusted(path, plain, frozenset(), axes=axes))  # as if nothing were trusted
    except UsageError:
        return f" {FLAG}"
    return ""


def _check_axis(path: Path, config: SearchConfig, axis: str, named: Set[str], taken: Set[str]) -> None:
    choice = Choice(config.data) if axis == DATA else getattr(config, axis)
    if axis not in named and axis in config.objects:
        raise passed_again(axis, choice.name)
    if axis not in named:
        check_text(path, axis, choice.name, taken)
    if f"{axis}.*" not in named:
        check_options(path, axis, choice.options, named, by_set=f"{axis}.*" in taken)


def check_text(file: Path, axis: str, text: str, taken: Set[str] = TAKEN) -> None:
    """Raise UsageError where what a file says an axis is, with options in parentheses if any, may not be imported.

    taken: what the caller could name again, see ``check_trusted``
    """
    name, options = split_text(text, f"--{axis}")
    if axis == DATA and _is_builtin_data(name):  # which imports nothing, and whose folder may have any name
        return
    if ":" in name:
        table = _sources() if axis == DATA else table_of(axis)
        check_name(table, name, file, f"name it again (--{axis})" if axis in taken else "")
    check_options(file, axis, options, by_set=f"{axis}.*" in taken)


def _is_builtin_data(name: str) -> bool:
    """Return whether a name is a built-in source's, alone or with a folder behind it: ``imagefolder:DIR``."""
    return name.partition(":")[0] in _sources().builtin


def _sources() -> PluginTable:
    from tasks.images.sources import SOURCES  # torch comes with it

    return SOURCES


def _options_of(axis: str, plugin: PluginLike) -> set[str]:
    if isinstance(plugin, str):
        return {f"{axis}.{option}" for option in split_text(plugin, f"--{axis}")[1]}
    return set() if isinstance(plugin, type) else {f"{axis}.*"}
