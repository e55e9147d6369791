"""Plug-ins and their options in one text, e.g. ``regression(task=combo,steps=300),naswot,mine:Sum(file="a, b.txt")``.

A text is names, separated by commas, each with its options in parentheses if it has any; a value that holds a comma, a
parenthesis or a space is quoted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.foundation.errors import UsageError

_QUOTED = r"""\"[^\"]*\"|'[^']*'"""
_NAME = re.compile(r"\s*([^\s,()='\"]+)\s*")
_OPTIONS = re.compile(rf"\(((?:{_QUOTED}|[^()'\"])*)\)\s*")
_OPTION = re.compile(rf"\s*([^\s,()='\"]+)\s*=\s*({_QUOTED}|[^,()='\"]*?)\s*(?:,|$)")


@dataclass(frozen=True)
class PluginText:
    """A plug-in by its name, and the options that were written beside it."""

    name: str
    options: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it as it would be written, but for quotes."""
        options = ",".join(f"{key}={value}" for key, value in self.options.items())
        return f"{self.name}({options})" if options else self.name


def parse_plugins(text: str, *, option: str, example: str) -> list[PluginText]:
    """Return the plug-ins that a text names; raises UsageError for another form.

    option: what the text was given as, and example: one that is right, for the error.
    """
    return list(_Reader(text, option, example).plugins())


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
            yield PluginText(name[1], self._options(options) if options else {})
            place = (options or name).end()
            if place < len(self.text) and self.text[place] != ",":
                raise self._complaint(place, "write options as name(option=value,...)")
            place += 1

    def _options(self, options: re.Match[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        place = options.start(1)
        while place < options.end(1):
            option = _OPTION.match(self.text, place, options.end(1))
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
