"""The three ways in which a check does not end in a plain yes, and the words that checks share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tasks.foundation.errors import first_line

_LONGEST = 1_000  # characters of a text or candidate that a message shows


class Nonconformance(Exception):  # noqa: N818 - an outcome, like the next
    """A plug-in breaks its contract: says in one line how, and with which candidate or text."""


class Doubtful(Exception):  # noqa: N818
    """The contract may be kept, but what was seen would be a rare chance: says what, and what may be wrong."""


class NotApplicable(Exception):  # noqa: N818
    """The contract asks nothing of such a plug-in: says why."""


@contextmanager
def naming(subject: Callable[[], str]) -> Iterator[None]:
    """Put a subject behind what a Nonconformance says, and make one of every other exception."""
    try:
        yield
    except Nonconformance as broken:
        raise Nonconformance(f"{broken}; for {subject()}") from broken.__cause__
    except Exception as error:
        raise Nonconformance(f"{type(error).__name__}: {shorten(first_line(error))}; for {subject()}") from error


def shorten(text: str) -> str:
    """Return a text in one line of bearable length."""
    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}... ({len(line):,} characters)"


def one_line(text: str) -> str:
    """Return a text without line breaks."""
    return " ".join(text.splitlines())


def require(holds: object, message: str) -> None:
    """Raise Nonconformance with ``message`` unless the condition holds."""
    if not holds:
        raise Nonconformance(message)
