"""Plug-ins and their options in one text, e.g. ``regression(task=combo,steps=300),naswot,mine:Sum(file="a, b.txt")``.

A text is names, separated by commas, each with its options in parentheses if it has any; a value that holds a comma, a
parenthesis or a space is quoted. What stands in parentheses without an equals sign is a plug-in again, a member of the
one around it: ``consensus(regression(task=N),naswot,weights=equal)``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tasks.foundation.errors import UsageError, bounded

NO_OPTIONS: Mapping[str, object] = MappingProxyType({})
MEMBERS = "members"
"""The option that plug-ins within a plug-in's parentheses are."""
MOST_LEVELS = 8
"""Parentheses within one another."""
LONGEST_TEXT = 20_000
"""Characters of a text with options or members."""
_LONGEST_VALUE = 80
_WORDS = ("true", "false", "none")
"""What an option's text may spell in any letters."""
_QUOTED = r"""\"[^\"]*\"|'[^']*'"""
_NAME = re.compile(r"\s*([^\s,()='\"]+)\s*")
_OPTION = re.compile(rf"\s*([^\s,()='\"]+)\s*=\s*(?:({_QUOTED})\s*|([^,()='\"]*))")
_SPACE = re.compile(r"\s+")
_WITH_OPTIONS = re.compile(rf"(.*?[^\s(])\(((?:{_QUOTED}|[^()'\"])*=(?:{_QUOTED}|[^()'\"])*)\)", re.DOTALL)
"""Anything, and at its end parentheses with an equals sign in them."""
_PLAIN = re.compile(r"[^\s,()='\"]+")
_MODULE = re.compile(r"[^\s,()='\"/\\~]+")
"""What may be a ``module:attribute`` and is no folder's path."""


@dataclass(frozen=True)
class PluginText:
    """A plug-in by its name, the options that were written beside it, and the plug-ins within its parentheses."""

    name: str
    options: dict[str, str] = field(default_factory=dict)
    members: tuple["PluginText", ...] = ()

    def __str__(self) -> str:
        """Return it as it would be written, but for quotes; the members first."""
        return self._written(map(str, self.members), self.options)

    def quoted(self) -> str:
        """Return it as it would be written, values in quotes where they need them."""
        options = {key: _quoted(value) for key, value in self.options.items()}
        return self._written((member.quoted() for member in self.members), options)

    def given(self) -> dict[str, object]:
        """Return its options, and its members as one of them where it has any: a list of such texts."""
        return {**self.options, **({MEMBERS: list(self.members)} if self.members else {})}

    def _written(self, members: Iterator[str], options: Mapping[str, str]) -> str:
        inside = ",".join([*members, *(f"{key}={value}" for key, value in options.items())])
        return f"{self.name}({inside})" if inside else self.name


def parse_plugins(text: str, *, option: str, example: str) -> list[PluginText]:
    """Return the plug-ins that a text names; raises UsageError for another form.

    option: what the text was given as, and example: one that is right, for the error.
    """
    return list(_Reader(text, option, example).plugins())


def parse_plugin(text: str, *, option: str, example: str, members: bool = True) -> PluginText:
    """Return the one plug-in that a text names; raises UsageError for options of another form.

    members: whether it may have any; a source of images has none.

    In a text with a colon that may be a folder's name, whatever has no well-formed options at its end is that name:
    ``imagefolder:my (old) photos``.
    """
    whole = text.strip()
    reader = _Reader(whole, option, example, members)
    head, parenthesis, _ = whole.partition("(")
    if parenthesis and (":" not in head or (members and _MODULE.fullmatch(head))):
        return _only(list(reader.plugins()), text, option, example)
    found = _WITH_OPTIONS.fullmatch(whole) if parenthesis and len(whole) <= LONGEST_TEXT else None
    if found is None or not _is_well_formed(found[2]):
        return PluginText(whole)
    return PluginText(found[1], reader.inside(found.start(2), 1)[0])


def joined(kind: str, written: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """Return the options in a text of a plug-in and those that are given beside it.

    Raises UsageError where both give one, and another value: neither has the last word.
    """
    for option in (name for name in written if name in more):
        one, other = map(_as_text, (written[option], more[option]))
        if not _are_equal(one, other):
            raise UsageError(
                f"{kind}.{option} is {bounded(repr(one), _LONGEST_VALUE)} in the text of the {kind} and "
                f"{bounded(repr(other), _LONGEST_VALUE)} beside it; say it in one place"
            )
    return {**written, **more}


def _as_text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _are_equal(one: str, other: str) -> bool:
    """Return whether two texts say the same, as ``1`` and ``1.0`` or ``true`` and ``True``."""
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other or (one.casefold() == other.casefold() and one.casefold() in _WORDS)


def _only(found: list[PluginText], text: str, option: str, example: str) -> PluginText:
    if len(found) != 1:
        raise UsageError(f"{option} {text[:80]!r}: one is needed, e.g. {example}")
    return found[0]


def _is_well_formed(options: str) -> bool:
    place = 0
    while place < len(options):
        option = _OPTION.match(options, place)
        if option is None or options[option.end() : option.end() + 1] not in ("", ","):
            return False
        place = option.end() + 1
    return True


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


@dataclass(frozen=True)
class _Reader:
    """Reads a text from left to right: what reads a part is told its place, and returns the place behind it."""

    text: str
    option: str
    example: str
    members: bool = True

    def plugins(self) -> Iterator[PluginText]:
        """Yield the plug-ins of the whole text; raises UsageError."""
        if len(self.text) > LONGEST_TEXT:
            raise self._complaint(0, f"is {len(self.text):,} characters long, at most {LONGEST_TEXT:,} are read")
        place = 0
        while place <= len(self.text):
            plugin, place = self._plugin(place, 0)
            yield plugin
            if place < len(self.text) and self.text[place] != ",":
                raise self._complaint(place, "write options as name(option=value,...)")
            place += 1

    def inside(self, place: int, level: int) -> tuple[dict[str, str], list[PluginText], int]:
        """Return options and members from behind a parenthesis on, and the place behind the one that closes it."""
        options: dict[str, str] = {}
        members: list[PluginText] = []
        if level > MOST_LEVELS:
            raise self._complaint(place, f"more than {MOST_LEVELS} parentheses within one another")
        while not self._is_closed(place):
            start, place = place, self._part(place, level, options, members)
            if members and MEMBERS in options:
                raise self._complaint(start, f"{MEMBERS} is given twice")
            if self.text[place : place + 1] == ",":
                place += 1
            elif not self._is_closed(place):
                raise self._complaint(start, "write option=value, a value with parentheses in quotes,")
        return options, members, self._behind_space(place) + 1

    def _part(self, place: int, level: int, options: dict[str, str], members: list[PluginText]) -> int:
        """Add one option or one member."""
        option = _OPTION.match(self.text, place)
        if option is None:
            member, place = self._member(place, level)
            members.append(member)
            return place
        name, quoted, bare = option.groups()
        if name in options:
            raise self._complaint(place, f"{name} is given twice")
        options[name] = bare.rstrip() if quoted is None else quoted[1:-1]
        return option.end()

    def _plugin(self, place: int, level: int) -> tuple[PluginText, int]:
        name = _NAME.match(self.text, place)
        if name is None:
            raise self._complaint(place, "a name is needed")
        if self.text[name.end() : name.end() + 1] != "(":
            return PluginText(name[1]), name.end()
        options, members, place = self.inside(name.end() + 1, level + 1)
        return PluginText(name[1], options, tuple(members)), self._behind_space(place)

    def _member(self, place: int, level: int) -> tuple[PluginText, int]:
        if not self.members or _NAME.match(self.text, place) is None:
            raise self._complaint(place, "write option=value")
        return self._plugin(place, level)

    def _is_closed(self, place: int) -> bool:
        """Return whether a parenthesis closes here; raises UsageError at the text's end."""
        place = self._behind_space(place)
        if place >= len(self.text):
            raise self._complaint(place, "a parenthesis is not closed")
        return self.text[place] == ")"

    def _behind_space(self, place: int) -> int:
        found = _SPACE.match(self.text, place)
        return found.end() if found else place

    def _complaint(self, place: int, reason: str) -> UsageError:
        rest = self.text[place : place + 40]
        where = f"at {rest!r}" if rest.strip() else "at its end"
        return UsageError(f"{self.option} {self.text[:80]!r}: {reason} {where}, e.g. {self.example}")
