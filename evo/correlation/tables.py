"""The results of a correlation as tables, for a terminal and for Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evo.correlation.baselines import BASELINES
from evo.correlation.findings import ALL, BETTER, Finding
from evo.series.scores import Column
from fitness.rank_statistics import Interval

WIDEST = 120
MAIN = ("spearman", "kendall", "top 10 %")
RATES = (("top 5 %", "top 20 %", "top 30 %"), ("top 40 %", "top 50 %"))


@dataclass(frozen=True)
class Table:
    """Rows of text; the first column names a fitness."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def all_tables(findings: Sequence[Finding], columns: Sequence[Column]) -> list[Table]:
    """Return every number that has an interval, with what a score costs."""
    return [table for part in (ALL, BETTER) for table in _part(_of_part(findings, part), columns, MAIN)]


def brief_tables(findings: Sequence[Finding], columns: Sequence[Column]) -> list[Table]:
    """Return the same with the differences of spearman alone."""
    return [table for part in (ALL, BETTER) for table in _part(_of_part(findings, part), columns, MAIN[:1])]


def to_text(table: Table) -> str:
    """Return a table with aligned columns; names are cut where it would be wider than ``WIDEST`` characters."""
    rows = [table.header, *table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.header))]
    widths[0] = min(widths[0], WIDEST - sum(2 + width for width in widths[1:]))
    rows = [(_clipped(name, widths[0]), *cells) for name, *cells in rows]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join([table.title, *lines])


def to_markdown(table: Table) -> str:
    """Return a table as Markdown."""
    head = ["|".join(("", *table.header, "")), "|" + "---|" * len(table.header)]
    rows = ["|".join(("", *(cell.replace("|", "\\|") for cell in row), "")) for row in table.rows]
    return "\n".join([f"**{table.title}**", "", *head, *rows])


def short(number: float | None, digits: int = 3) -> str:
    """Return a number without the zero before its point, or ``-`` where it is not defined."""
    if number is None or np.isnan(number):
        return "-"
    text = f"{number:.{digits}f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def show(found: Interval | None) -> str:
    """Return e.g. ``.853 [.801, .891]``."""
    if found is None or np.isnan(found.value):
        return "-"
    return f"{short(found.value)} [{short(found.low)}, {short(found.high)}]"


def _of_part(findings: Sequence[Finding], part: str) -> list[Finding]:
    return [finding for finding in findings if finding.part == part]


def _part(findings: Sequence[Finding], columns: Sequence[Column], compared: Sequence[str]) -> list[Table]:
    part, rows = findings[0].part, max(finding.rows for finding in findings)
    tables = [_main(findings, columns, f"{part}, {rows} rows")]
    tables += [_differences(findings, statistic, part) for statistic in compared]
    return tables + [_values(findings, names, f"{part}: retrieving rate") for names in RATES]


def _main(findings: Sequence[Finding], columns: Sequence[Column], title: str) -> Table:
    seconds = {column.label: short(column.seconds_each, 2) for column in columns}
    rows = tuple((*_row(finding, MAIN), str(finding.failed), seconds[finding.label]) for finding in findings)
    return Table(title, ("", *MAIN, "failed", "s each"), rows)


def _values(findings: Sequence[Finding], names: Sequence[str], title: str) -> Table:
    return Table(title, ("", *names), tuple(_row(finding, names) for finding in findings))


def _row(finding: Finding, names: Sequence[str]) -> tuple[str, ...]:
    return (finding.label, *(show(finding.intervals[name]) for name in names))


def _differences(findings: Sequence[Finding], statistic: str, part: str) -> Table:
    present = [name for name in BASELINES if any(name in finding.differences for finding in findings)]
    rows = tuple(
        (finding.label, *(show(finding.differences.get(name, {}).get(statistic)) for name in present))
        for finding in findings
    )
    return Table(f"{part}: {statistic} less that of", ("", *present), rows)


def _clipped(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 3]}..."
