"""Plug-ins and their options in one text, e.g. ``regression(task=combo,steps=300),naswot,mine:Sum(file="a, b.txt")``.

A text is names, separated by commas, each with its options in parentheses if it has any; a value that holds a comma, a
parenthesis or a space is quoted.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tasks.foundation.errors import UsageError

NO_OPTIONS: Mapping[str, object] = MappingProxyType({})
_QUOTED = r"""\"[^\"]*\"|'[^']*'"""
_NAME = re.compile(r"\s*([^\s,()='\"]+)\s*")
_OPTIONS = re.compile(rf"\(((?:{_QUOTED}|[^()'\"])*)\)\s*")
_OPTION = re.compile(rf"\s*([^\s,()='\"]+)\s*=\s*({_QUOTED}|[^,()='\"]*?)\s*(?:,|$)")
_WITH_OPTIONS = re.compile(rf"(.*?[^\s(])\(((?:{_QUOTED}|[^()'\"])*=(?:{_QUOTED}|[^()'\"])*)\)", re.DOTALL)
"""Anything, and at its end parentheses with an equals sign in them."""
_PLAIN = re.compile(r"[^\s,()='\"]+")


@dataclass(frozen=True)
class PluginText:
    """A plug-in by its name, and the options that were written beside it."""

    name: str
    options: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it as it would be written, but for quotes."""
        options = ",".join(f"{key}={value}" for key, value in self.options.items())
        return f"{self.name}({options})" if options else self.name

    def quoted(self) -> str:
        """Return it as it would be written, values in quotes where they need them."""
        return str(PluginText(self.name, {key: _quoted(value) for key, value in self.options.items()}))


def parse_plugins(text: str, *, option: str, example: str) -> list[PluginText]:
    """Return the plug-ins that a text names; raises UsageError for another form.

    option: what the text was given as, and example: one that is right, for the error.
    """
    return list(_Reader(text, option, example).plugins())


def parse_plugin(text: str, *, option: str, example: str) -> PluginText:
    """Return the one plug-in that a text names; raises UsageError for options of another form.

    In a text with a colon, whatever has no well-formed options at its end is a name: ``imagefolder:my (old) photos``.
    """
    whole = text.strip()
    found = _WITH_OPTIONS.fullmatch(whole)
    lenient = ":" in whole.partition("(")[0]
    if not lenient and "(" in whole:
        return _only(parse_plugins(whole, option=option, example=example), text, option, example)
    if found is None or not _is_well_formed(found[2]):
        return PluginText(whole)
    return PluginText(found[1], _Reader(whole, option, example).options(found.start(2), found.end(2)))


def _only(found: list[PluginText], text: str, option: str, example: str) -> PluginText:
    if len(found) != 1:
        raise UsageError(f"{option} {text[:80]!r}: one is needed, e.g. {example}")
    return found[0]


def _is_well_formed(options: str) -> bool:
    place = 0
    while place < len(options):
        option = _OPTION.match(options, place)
        if option is None:
            return False
        place = option.end()
    return True


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


@dataclass(frozen=True)
class _Reader:
    text: str
    option: str
    example: str

    def plugins(self) -> Iterator[PluginText]:
        place = 0
        while place <= len(self.text):
            name = _NAME.match(self.text, place)
            if name is None:
                raise self._complaint(place, "a name is needed")
            options = _OPTIONS.match(self.text, name.end())
            yield PluginText(name[1], self.options(options.start(1), options.end(1)) if options else {})
            place = (options or name).end()
            if place < len(self.text) and self.text[place] != ",":
                raise self._complaint(place, "write options as name(option=value,...)")
            place += 1

    def options(self, place: int, end: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while place < end:
            option = _OPTION.match(self.text, place, end)
            if option is None:
                raise self._complaint(place, "write option=value")
            if option[1] in found:
                raise self._complaint(place, f"{option[1]} is given twice")
            found[option[1]] = option[2][1:-1] if option[2][:1] in ("'", '"') else option[2]
            place = option.end()
        return found

    def _complaint(self, place: int, reason: str) -> UsageError:
        rest = self.text[place : place + 40]
        where = f"at {rest!r}" if rest.strip() else "at its end"
        return UsageError(f"{self.option} {self.text[:80]!r}: {reason} {where}, e.g. {self.example}")
