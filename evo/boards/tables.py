"""The standings of a board as tables, for a terminal, Markdown and pages."""

from evo.boards.standings import BEST_LABEL, HALF, LESS, SPEARMAN, STATISTICS, TENTH, Standing, Standings
from evo.display.text_table import Table, show
from fitness import Interval

BRIEF = (HALF, SPEARMAN, LESS, TENTH)
DIGITS = 4
"""Significant ones of a label."""


def whole_table(found: Standings) -> Table:
    """Return every statistic with its interval, what a score costs, and how many candidates have none."""
    heads = (*(_head(found, name) for name in STATISTICS), "s each", "failed")
    rows = tuple((*_cells(each, STATISTICS), seconds_of(each), str(each.failed)) for each in found.standings)
    return Table(found.headline, ("", *heads), rows)


def brief_table(found: Standings) -> Table:
    """Return the statistics that decide, and what a score costs."""
    rows = tuple((*_cells(each, BRIEF), seconds_of(each)) for each in found.standings)
    return Table(found.headline, ("", *BRIEF, "s each"), rows)


def _head(found: Standings, name: str) -> str:
    return f"{name}, {found.labels.unit}" if name == BEST_LABEL and found.labels.unit else name


def _cells(standing: Standing, names: tuple[str, ...]) -> tuple[str, ...]:
    return (standing.label, *(_cell(name, standing.of(name)) for name in names))


def _cell(name: str, found: Interval) -> str:
    if name != BEST_LABEL:
        return show(found)
    return f"{found.value:.{DIGITS}g} [{found.low:.{DIGITS}g}, {found.high:.{DIGITS}g}]"


def seconds_of(standing: Standing) -> str:
    """Return the median seconds of a candidate in three digits, with CPU where they are the processor's, or ``-``."""
    return "-" if standing.seconds is None else f"{standing.seconds:.3g}{' CPU' if standing.cpu else ''}"
