"""Runs checks and says of each how it ended; whatever kind of plug-in is checked."""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from tasks.conformance.outcomes import Doubtful, Nonconformance, NotApplicable, one_line, shorten
from tasks.foundation.command_line import say
from tasks.foundation.errors import first_line

CaseT = TypeVar("CaseT")

_HERE = Path(__file__).parent
_COUNTING = Path("spaces", "complexity.py")  # calls the space too


class CheckOutcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Verdict:
    """What became of a check.

    said: one line; trace: the traceback of an exception raised inside the user's own code, or nothing.
    """

    check: str
    status: CheckOutcome
    said: str
    trace: str = ""


def examine(case: CaseT, checks: Iterable[Callable[[CaseT], str]]) -> Iterator[Verdict]:
    """Yield the verdict of each check; none of them keeps the next from being made."""
    for check in checks:
        yield judge(check.__name__.replace("_", " "), partial(check, case))


def judge(name: str, check: Callable[[], str]) -> Verdict:
    """Return the verdict of one check that says in one line what it saw."""
    try:
        return Verdict(name, CheckOutcome.OK, check())
    except NotApplicable as reason:
        return Verdict(name, CheckOutcome.SKIPPED, str(reason))
    except Doubtful as doubt:
        return Verdict(name, CheckOutcome.WARNING, one_line(str(doubt)))
    except Nonconformance as broken:
        return Verdict(name, CheckOutcome.FAILED, one_line(str(broken)), _trace(broken.__cause__))
    except (Exception, SystemExit) as error:  # a user's plug-in may raise anything
        return Verdict(
            name, CheckOutcome.FAILED, shorten(f"{type(error).__name__}: {first_line(error)}"), _trace(error)
        )


def report(verdicts: Iterable[Verdict]) -> Counter[str]:
    """Print a line for each verdict, a traceback once however many checks it stopped; return how they ended."""
    counts: Counter[str] = Counter()
    traces = {""}
    for verdict in verdicts:
        counts[verdict.status] += 1
        say(f"{verdict.status:<8} {verdict.check:<32} {verdict.said}")
        if verdict.trace not in traces:
            traces.add(verdict.trace)
            say("".join(f"    {line}\n" for line in verdict.trace.splitlines()).rstrip("\n"))
    return counts


def summary(counts: Counter[str]) -> str:
    """Return how many checks ended how, in one line; warnings are named where there are any."""
    said = f"{counts.total()} checks: {counts['ok']} ok, {counts['FAILED']} failed, {counts['skipped']} skipped"
    return said + (f", {counts['warning']} to think about" if counts["warning"] else "")


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
    of_a_layer = path.parent.name == _HERE.name and path.parent.parent.parent == _HERE.parent.parent
    return of_a_layer or path == _HERE.parents[1] / _COUNTING
