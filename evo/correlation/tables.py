"""The results of a correlation as tables, for a terminal and for Markdown."""

from collections.abc import Sequence

from evo.correlation.baselines import BASELINES
from evo.correlation.findings import ALL, BETTER, Finding
from evo.display.text_table import Table, short, show
from evo.scoring.scores import Column

MAIN = ("spearman", "kendall")
COMPARED = (*MAIN, "top 10 %")
RATES = (("top 5 %", "top 10 %", "top 20 %"), ("top 30 %", "top 40 %", "top 50 %"))


def all_tables(findings: Sequence[Finding], columns: Sequence[Column]) -> list[Table]:
    """Return every number that has an interval, with what a score costs."""
    return [table for part in (ALL, BETTER) for table in _part(_of_part(findings, part), columns, COMPARED)]


def brief_tables(findings: Sequence[Finding], columns: Sequence[Column]) -> list[Table]:
    """Return the same with the differences of spearman alone."""
    return [table for part in (ALL, BETTER) for table in _part(_of_part(findings, part), columns, MAIN[:1])]


def _of_part(findings: Sequence[Finding], part: str) -> list[Finding]:
    return [finding for finding in findings if finding.part == part]


def _part(findings: Sequence[Finding], columns: Sequence[Column], compared: Sequence[str]) -> list[Table]:
    part, rows = findings[0].part, max(finding.rows for finding in findings)
    tables = [_main(findings, columns, f"{part}, {rows} rows")]
    tables += [_differences(findings, statistic, part) for statistic in compared]
    return tables + [_values(findings, names, f"{part}: retrieving rate") for names in RATES]


def _main(findings: Sequence[Finding], columns: Sequence[Column], title: str) -> Table:
    seconds = {one.label: short(one.seconds_each, 2) + (" CPU" if one.cpu else "") for one in columns}
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
