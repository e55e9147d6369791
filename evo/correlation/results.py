"""What a correlation leaves in its folder: all scores, all numbers, and two pages to read."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evo.correlation.config import CorrelationConfig
from evo.correlation.findings import Finding
from evo.correlation.labels import LabelledSample
from evo.correlation.request import WORST
from evo.correlation.scatter import ALL_COLOUR, BETTER_COLOUR, FAILED_COLOUR, Scatter, draw
from evo.correlation.tables import all_tables, brief_tables
from evo.engine.notebook_table import html_table
from evo.engine.text_table import Table, to_markdown, to_text
from evo.scoring.folder import plain
from evo.scoring.scores import SIZES, Column
from evo.storage.durable_files import replacing, write_json, write_text
from fitness.rank_correlation.rank_statistics import KENDALL_RESAMPLES, MOST_PAIRED_ROWS, RESAMPLES, Interval

SCORES, NUMBERS, MARKDOWN, PAGE = "scores.parquet", "results.json", "results.md", "results.html"
FILES = (PAGE, MARKDOWN, SCORES, NUMBERS)
UNITS = {"params": "count", "macs": "count", "random": "0 to 1"}
_STYLE = """\
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 72em; padding: 0 1em; color: #222 }
table { border-collapse: collapse; margin: 0 0 1.5em } caption { text-align: left; font-weight: 600; padding: .3em 0 }
th, td { text-align: left; padding: .2em 1em .2em 0; border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums }
figure { display: inline-block; margin: 0 1em 1em 0 } svg text { font: 11px system-ui, sans-serif; fill: #333 }
.grid { stroke: #e6e6e6 }"""


@dataclass(frozen=True)
class MetricResults:
    """Everything that is reported of one metric, which is the configuration's.

    sample: its labels are higher-better
    failed: what became of candidates without a score, ``worst`` or ``drop``
    unit: of the labels, where the table says it
    lower_is_better: whether labels are the negative of the metric
    """

    config: CorrelationConfig
    sample: LabelledSample
    columns: Sequence[Column]
    findings: Sequence[Finding]
    failed: str
    unit: str | None = None
    lower_is_better: bool = False

    @property
    def metric(self) -> str:
        """The column of labels."""
        return self.config.metric

    @property
    def label(self) -> str:
        """What the labels are: the metric's name, with a minus where its negative is meant."""
        return f"-{self.metric}" if self.lower_is_better else self.metric

    @property
    def headline(self) -> str:
        """What was held against what, in one line."""
        asked, rows = self.config, len(self.sample.texts)
        half = f" of half {asked.half}" if asked.half else ""
        return (
            f"{asked.space.name}, {self.label} of {Path(asked.table).stem}, {rows} rows{half}, data {asked.data}, "
            f"seed {asked.seed}"
        )

    @property
    def notes(self) -> list[str]:
        """What a reader must know to trust the numbers."""
        treated = "rank below all others" if self.failed == WORST else "are left out of its statistics"
        kendall = f" ({KENDALL_RESAMPLES} for kendall)" if len(self.sample.texts) > MOST_PAIRED_ROWS else ""
        notes = [
            f"Intervals: 95 %, percentiles of {RESAMPLES} resamples{kendall}; top K % is the retrieving rate.",
            f"Candidates without a score {treated}; s each is the median of seconds per candidate.",
        ]
        if self.lower_is_better:
            notes.append(f"Lower {self.metric} is better: its negative is the label, so that higher is better.")
        if not {column.label for column in self.columns} & set(SIZES):
            notes.append("params and macs are no baselines here: the space builds no networks.")
        if self.sample.without_label:
            notes.append(f"{self.sample.without_label} rows of the table lack a label: left out.")
        return notes + [f"{c.label}: {c.failed} without a score, e.g. {c.reason}" for c in self.columns if c.reason]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield every statistic with the ends of its interval."""
        for finding in self.findings:
            about = {"metric": self.label, "fitness": finding.label, "part": finding.part, "rows": finding.rows}
            for name, found in finding.intervals.items():
                value, low, high = found.to_json()
                ends = {"statistic": name, "value": value, "low": low, "high": high}
                yield {**about, "without_score": finding.failed, **ends}

    def __str__(self) -> str:
        """Return the headline, the notes and the tables as text."""
        tables = map(to_text, brief_tables(self.findings, self.columns))
        return "\n".join([self.headline, *self.notes, "", "\n\n".join(tables)])

    def to_html(self) -> str:
        """Return the tables as HTML, every text escaped."""
        tables = brief_tables(self.findings, self.columns)
        return "".join(html_table(f"{self.headline}: {each.title}", each.header, each.rows) for each in tables)


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


def _with(name: str, metric: str) -> str:
    stem, _, kind = name.rpartition(".")
    return f"{stem}-{plain(metric)}.{kind}"


def _write_scores(path: Path, results: MetricResults) -> None:
    arrays: dict[str, Any] = {"candidate": list(results.sample.texts), "label": results.sample.labels}
    for column in results.columns:
        arrays[column.label] = pa.array(column.scores, from_pandas=True)
        if column.seconds is not None:
            arrays[f"{column.label} seconds"] = pa.array(column.seconds, from_pandas=True)
    about = {"selfnas.table": Path(results.config.table).name, "selfnas.metric": results.label}
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
            column.label: {"seconds_each": column.seconds_each, "reason": column.reason} for column in results.columns
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
    notes = [f"- {note}" for note in results.notes]
    shown = [part for table in tables for part in (to_markdown(table), "")]
    return "\n".join([f"# {results.headline}", "", *notes, "", *shown])


def _page(results: MetricResults, tables: Sequence[Table]) -> str:
    title = html.escape(results.headline)
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in results.notes)
    legend = (
        f'<p>Each point is a candidate: <b style="color:{BETTER_COLOUR}">better half by label</b>, '
        f'<b style="color:{ALL_COLOUR}">the others</b>, <b style="color:{FAILED_COLOUR}">without a score</b> at the '
        "left edge. Point at one for its name.</p>"
    )
    figures = "\n".join(_figure(results, column) for column in results.columns)
    head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    shown = "".join(html_table(table.title, table.header, table.rows) for table in tables)
    body = f"<h1>{title}</h1><ul>{notes}</ul>{legend}{figures}{shown}"
    return f"{head}<style>{_STYLE}</style></head><body>{body}</body></html>\n"


def _figure(results: MetricResults, column: Column) -> str:
    unit = UNITS.get(column.label, "its own unit, higher is better")
    label_unit = results.unit or "unit of the table, higher is better"
    names = f"{column.label} ({unit})", f"{results.label} ({label_unit})"
    plot = draw(Scatter(np.asarray(column.scores), results.sample.labels, results.sample.texts, *names))
    return f"<figure>{plot}</figure>"
