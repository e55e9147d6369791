"""The one exception that a command line turns into a single line and exit code 2."""

import difflib
from collections.abc import Iterable


class UsageError(ValueError):
    """Bad input: says in one line what was given, what is allowed and what to do."""


def first_line(error: BaseException) -> str:
    """Return the first line of what an exception says, or its type where it says nothing."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def last_line(text: str | None) -> str:
    """Return the last line of a traceback, which says most; of any text that is not blank."""
    lines = (text or "").strip().splitlines()
    return lines[-1] if lines else "no reason given"


def unknown_name(kind: str, given: str, known: Iterable[str]) -> UsageError:
    """Return the error for a name that is not in ``known``, with the nearest spelling first."""
    names = sorted(map(str, known))  # plain, also where they come from an enum
    nearest = difflib.get_close_matches(given, names, n=1, cutoff=0.5)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    return UsageError(f"unknown {kind} {given!r}{hint} (known: {', '.join(names) or 'none'})")
