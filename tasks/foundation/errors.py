"""The one exception that a command line turns into a single line and exit code 2."""

import difflib
from collections.abc import Iterable


class UsageError(ValueError):
    """Bad input: says in one line what was given, what is allowed and what to do."""


LONGEST_LINE = 499
"""Characters of a line that tells of an error; what is longer fills a screen and says no more."""
MOST_NAMES = 12
"""Known names that a refusal lists; of more it gives the nearest."""
_NEAREST, _LONGEST_NAME = 3, 120


def bounded(line: str, longest: int = LONGEST_LINE) -> str:
    """Return a line of at most ``longest`` characters: of a longer one the beginning and the end."""
    if len(line) <= longest:
        return line
    end = longest // 3
    return f"{line[: longest - end - 5]} ... {line[-end:]}"


def first_line(error: BaseException) -> str:
    """Return the first line of what an exception says, or its type where it says nothing."""
    return bounded((str(error).strip() or type(error).__name__).splitlines()[0])


def last_line(text: str | None) -> str:
    """Return the last line of a traceback, which says most; of any text that is not blank."""
    lines = (text or "").strip().splitlines()
    return bounded(lines[-1]) if lines else "no reason given"


def named(known: Iterable[str], see: str = "--help") -> str:
    """Return known names as a refusal lists them; of more than ``MOST_NAMES`` the first few, and where to see all."""
    names = sorted(map(str, known))  # plain, also where they come from an enum
    if len(names) <= MOST_NAMES:
        return ", ".join(names) or "none"
    return f"{', '.join(names[:_NEAREST])} and {len(names) - _NEAREST} more, see {see}"


def unknown_name(kind: str, given: str, known: Iterable[str], *, see: str = "--help") -> UsageError:
    """Return the error for a name that is not in ``known``, with the nearest spelling first.

    see: where all are listed, for more than ``MOST_NAMES`` of them
    """
    names = sorted(map(str, known))
    asked = given[:_LONGEST_NAME]  # nearness is no matter of a text without end
    nearest = difflib.get_close_matches(asked, names, n=_NEAREST, cutoff=0.5)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    if len(names) > MOST_NAMES:
        close = difflib.get_close_matches(asked, names, n=_NEAREST, cutoff=0.0)
        listed = f"nearest: {', '.join(close)}; {len(names)} are known, see {see}"
    else:
        listed = f"known: {', '.join(names) or 'none'}"
    return UsageError(f"unknown {kind} {bounded(repr(given), _LONGEST_NAME)}{hint} ({listed})")
