"""Names with options in one text, e.g. ``regression(task=combo,steps=300),naswot,mine:Sum(file="a, b.txt")``.

A list is names, separated by commas, each with its options in parentheses if it has any; a value that holds a comma, a
parenthesis or a space is quoted.
"""

import re
from collections.abc import Iterator

_QUOTED = r"""\"[^\"]*\"|'[^']*'"""
_NAME = re.compile(r"\s*([^\s,()='\"]+)\s*")
_OPTIONS = re.compile(rf"\(((?:{_QUOTED}|[^()'\"])*)\)\s*")
_OPTION = re.compile(rf"\s*([^\s,()='\"]+)\s*=\s*({_QUOTED}|[^,()='\"]*?)\s*(?:,|$)")


class ListFormError(ValueError):
    """A list of another form; says what is wrong, and where."""


def split_names(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield name and options of each entry of a list; raises ListFormError for another form."""
    place = 0
    while place <= len(text):
        name = _NAME.match(text, place)
        if name is None:
            raise _complaint(text, place, "a name is needed")
        options = _OPTIONS.match(text, name.end())
        yield name[1], _parse_options(text, options) if options else {}
        place = (options or name).end()
        if place < len(text) and text[place] != ",":
            raise _complaint(text, place, "write options as name(option=value,...)")
        place += 1


def _parse_options(text: str, options: re.Match[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    place = options.start(1)
    while place < options.end(1):
        option = _OPTION.match(text, place, options.end(1))
        if option is None:
            raise _complaint(text, place, "write option=value")
        if option[1] in found:
            raise _complaint(text, place, f"{option[1]} is given twice")
        found[option[1]] = option[2][1:-1] if option[2][:1] in ("'", '"') else option[2]
        place = option.end()
    return found


def _complaint(text: str, place: int, reason: str) -> ListFormError:
    rest = text[place : place + 40]
    where = f"at {rest!r}" if rest.strip() else "at its end"
    return ListFormError(f"{text[:80]!r}: {reason} {where}")
