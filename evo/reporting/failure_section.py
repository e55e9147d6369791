"""Trials without a score, by what became of them and why."""

import re
from collections import Counter

from evo.display.page import Figures, TextLines
from evo.display.readable_numbers import counted
from evo.plotting.bars import Bar, bars
from evo.plotting.frame import Words
from evo.records.trial import Status
from evo.reporting.run_files import RunFiles
from evo.reporting.section import Section, absent, one_table
from tasks.foundation.errors import last_line

HEADING = "Failures by reason"
MOST_REASONS = 12
LONGEST = 120
_NUMBER = re.compile(r"0x[0-9a-f]+|\d+(?:\.\d+)?")


def failure_section(run: RunFiles) -> Section:
    """Return how many trials failed for which reason; reasons that differ in numbers alone are one."""
    reasons = reasons_of(run)
    if not reasons:
        return absent(HEADING, "No trial is without a score." if run.rows.num_rows else "No trial is logged yet.")
    line = f"{counted(reasons.total(), 'trial')} of {run.rows.num_rows:,} without a score."
    rows = [(status, str(count), reason) for (status, reason), count in reasons.most_common(MOST_REASONS)]
    table = one_table("Reasons in full", ("status", "trials", "last line of the error"), rows)
    return Section(HEADING, [TextLines([line]), Figures([bars(bars_of(reasons), Words("Failures", "trials"))]), table])


def bars_of(reasons: Counter[tuple[str, str]]) -> list[Bar]:
    """Return the most frequent reasons, and how many trials have others."""
    most = reasons.most_common(MOST_REASONS)
    rest = reasons.total() - sum(count for _, count in most)
    shown = [Bar(f"{status}: {reason}", [count]) for (status, reason), count in most]
    return [*shown, *([Bar("other reasons", [rest])] if rest else [])]


def reasons_of(run: RunFiles) -> Counter[tuple[str, str]]:
    """Return how many trials have each status and last line of an error, in which every number stands as #."""
    statuses, errors = run.rows["status"].to_pylist(), run.rows["error"].to_pylist()
    return Counter(
        (status, _NUMBER.sub("#", last_line(error or ""))[:LONGEST])
        for status, error in zip(statuses, errors, strict=True)
        if status != Status.COMPLETED
    )
