"""Runs checks and says of each how it ended."""

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import TracebackType

from spaces.conformance import CHECKS, Check
from spaces.conformance.case import Case, Nonconformance, NotApplicable, one_line, shorten
from tasks.errors import first_line

_HERE = Path(__file__).parent
_COUNTING = "complexity.py"  # beside the package; calls the space too


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Verdict:
    """What became of a check.

    said: one line; trace: the traceback of an exception raised inside the space's own code, or nothing.
    """

    check: str
    status: Status
    said: str
    trace: str = ""


def examine(case: Case, checks: Iterable[Check] = CHECKS) -> Iterator[Verdict]:
    """Yield the verdict of each check; none of them keeps the next from being made."""
    for check in checks:
        yield judge(check.__name__.replace("_", " "), partial(check, case))


def judge(name: str, check: Callable[[], str]) -> Verdict:
    """Return the verdict of one check that says in one line what it saw."""
    try:
        return Verdict(name, Status.OK, check())
    except NotApplicable as reason:
        return Verdict(name, Status.SKIPPED, str(reason))
    except Nonconformance as broken:
        return Verdict(name, Status.FAILED, one_line(str(broken)), _trace(broken.__cause__))
    except (Exception, SystemExit) as error:  # a user's space may raise anything
        return Verdict(name, Status.FAILED, shorten(f"{type(error).__name__}: {first_line(error)}"), _trace(error))


def _trace(error: BaseException | None) -> str:
    """Return an exception's traceback from the first line on that is not a check's."""
    if error is None:
        return ""
    inside = error.__traceback__
    while inside is not None and _is_ours(inside):
        inside = inside.tb_next
    return "".join(traceback.format_exception(type(error), error, inside or error.__traceback__))


def _is_ours(frame: TracebackType) -> bool:
    path = Path(frame.tb_frame.f_code.co_filename)
    return path.parent == _HERE or path == _HERE.parent / _COUNTING
