"""What a correlation leaves in its folder: all scores, all numbers, and two pages to read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from evo.correlation.figures import forest, scatter_of
from evo.correlation.findings import Finding
from evo.correlation.results import MetricResults
from evo.correlation.tables import all_tables
from evo.display.page import Figures, FixedWidth, PagePart, Tables, TextLines, TextList, WebPage, render
from evo.display.text_table import Table, to_markdown
from evo.storage.durable_files import parse_json, write_json, write_text
from evo.storage.plain_names import plain
from fitness.rank_correlation.rank_statistics import Interval
from tasks.foundation.command_line import printable
from tasks.foundation.markup import plain_markdown, preformatted
from tasks.foundation.whole_files import replacing

SCORES, NUMBERS, MARKDOWN, PAGE = "scores.parquet", "results.json", "results.md", "results.html"
FILES = (PAGE, MARKDOWN, SCORES, NUMBERS)
LEGEND = (
    "Higher scores and labels are better. Each point is a candidate: blue in the better half by label, grey in the "
    "other, red at the left edge without a score. Point at one for its name."
)


def write_results(folder: Path, results: MetricResults, *, beside_others: bool = False) -> list[Path]:
    """Write all four files, each whole, the metric in their names if ``beside_others``; returns those to read first."""
    paths = [folder / (_with(name, results.metric) if beside_others else name) for name in FILES]
    page, markdown, scores, numbers = paths
    _write_scores(scores, results)
    write_json(numbers, _numbers(results))
    tables = all_tables(results.findings, results.columns)
    write_text(markdown, _markdown(results, tables))
    write_text(page, _page(results, tables))
    return [page, markdown, scores]


def holds_another(folder: Path, metric: str) -> bool:
    """Return whether the files of a folder are of another metric, which are not to be replaced."""
    try:
        found = parse_json(folder / NUMBERS)["request"]["metric"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(found != metric)


def _with(name: str, metric: str) -> str:
    stem, _, kind = name.rpartition(".")
    return f"{stem}-{plain(metric)}.{kind}"


def _write_scores(path: Path, results: MetricResults) -> None:
    arrays: dict[str, Any] = {"candidate": [*map(printable, results.sample.texts)], "label": results.sample.labels}
    for column in results.columns:
        label = printable(column.label)  # Arrow writes UTF-8 alone, and a file's name may be of other bytes
        arrays[label] = pa.array(column.scores, from_pandas=True)
        if column.seconds is not None:
            arrays[f"{label} seconds"] = pa.array(column.seconds, from_pandas=True)
    names = {"selfnas.table": Path(results.config.table).name, "selfnas.metric": results.label}
    about = {key: printable(name) for key, name in names.items()}
    with replacing(path) as aside:
        pq.write_table(pa.table(arrays).replace_schema_metadata(about), aside)


def _numbers(results: MetricResults) -> dict[str, Any]:
    return {
        "request": results.config.to_json(),
        "rows": len(results.sample.texts),
        "rows_without_label": results.sample.without_label,
        "failed": results.failed,
        "lower_is_better": results.lower_is_better,
        "fitnesses": {
            column.label: {"seconds_each": column.seconds_each, "cpu_seconds": column.cpu, "reason": column.reason}
            for column in results.columns
        },
        "findings": [_finding(finding) for finding in results.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fitness": finding.label,
        "part": finding.part,
        "rows": finding.rows,
        "without_score": finding.failed,
        "statistics": _intervals(finding.intervals),
        "differences": {name: _intervals(intervals) for name, intervals in finding.differences.items()},
    }


def _intervals(intervals: dict[str, Interval]) -> dict[str, list[float | None]]:
    return {name: found.to_json() for name, found in intervals.items()}


def _markdown(results: MetricResults, tables: Sequence[Table]) -> str:
    notes = [f"- {plain_markdown(note)}" for note in results.notes]
    shown = [part for table in tables for part in (to_markdown(table), "")]
    said = [
        part
        for label, lines in results.references.items()
        for part in (f"## {plain_markdown(_of_reference(label))}", "", preformatted(lines), "")
    ]
    return "\n".join([f"# {plain_markdown(results.headline)}", "", *notes, "", *shown, *said])


def _page(results: MetricResults, tables: Sequence[Table]) -> str:
    drawn = [forest(results), *(scatter_of(results, column) for column in results.columns)]
    said = [PagePart(_of_reference(label), [FixedWidth(lines)]) for label, lines in results.references.items()]
    numbers = PagePart("", [TextList(results.notes), TextLines([LEGEND]), Figures(drawn), Tables(tables)])
    return render(WebPage(results.headline, (), [numbers, *said]))


def _of_reference(label: str) -> str:
    return f"Reference of {label}"
